import { NONE_DECLARED } from "./place";

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

/** Files in the order in which they build on each other: what one declares, those after it name. */
const ORDER: readonly RegExp[] = [/^attributes/, /^applications/, /^users/, /^catalog/, /^budgets/, /^routes/, /^alerts/, /^rules/, /^proofs/, /^cases/];

const rankOf = (file: string): number => (ORDER.findIndex((pattern) => pattern.test(file)) + ORDER.length + 1) % (ORDER.length + 1);

/** Causes before what follows from them: by what the files build on, then as a reader meets them. */
export function sortPolicyErrors(errors: readonly PolicyError[]): PolicyError[] {
  return [...errors].sort(
    (a, b) => rankOf(a.file) - rankOf(b.file) || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column),
  );
}

/**
 * Without those that only follow from another: names of which none is known, since the file that declares them is
 * wrong; and proofs and cases of a set that is none, which speak about names that a misspelling elsewhere took away.
 */
export function causesOf(errors: readonly PolicyError[]): PolicyError[] {
  const firstRank = Math.min(...errors.map(({ file }) => rankOf(file)));
  const setRank = rankOf("rules.yaml");
  return errors.filter(({ file, message }) => {
    const rank = rankOf(file);
    return rank === firstRank || (!message.endsWith(NONE_DECLARED) && (rank <= setRank || firstRank > setRank));
  });
}
