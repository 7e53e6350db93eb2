/** What is wrong with an input, and where: printed as `requests.jsonl:3: field `taskType`: …`. */
export interface LocatedProblem {
  /** File name, or `stdin`. */
  readonly source: string;
  /** Counted from 1; null when the whole input is meant. */
  readonly line: number | null;
  readonly field: string | null;
  /** Says what stands there and what is expected. */
  readonly message: string;
}

export function problemText({ source, line, field, message }: LocatedProblem): string {
  const place = line === null ? source : `${source}:${line}`;
  return field === null ? `${place}: ${message}` : `${place}: field \`${field}\`: ${message}`;
}
