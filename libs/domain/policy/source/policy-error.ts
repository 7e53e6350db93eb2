/** One thing that is wrong in a policy folder: where, what stands there, what was expected. */
export interface PolicyError {
  readonly file: string;
  /** Both count from 1, as editors do. */
  readonly line: number;
  readonly column: number;
  /** The offending value as written; null when something is missing. */
  readonly value: string | null;
  readonly message: string;
  /** The valid name that was probably meant. */
  readonly nearest: string | null;
}

/** `rules.yaml:12:17: …`, the form that editors and terminals turn into a link. */
export function formatPolicyError(error: PolicyError): string {
  const hint = error.nearest === null ? "" : `; did you mean \`${error.nearest}\`?`;
  return `${error.file}:${error.line}:${error.column}: ${error.message}${hint}`;
}

/** In the order in which a reader meets them. */
export function sortPolicyErrors(errors: readonly PolicyError[]): PolicyError[] {
  return [...errors].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column),
  );
}
