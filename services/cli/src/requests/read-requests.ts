import type { FriendlyRequest } from "./request-fields";
import type { LocatedProblem } from "./located-problem";
import { readRequestLine } from "./read-request-line";

/** A request and the place that it came from. */
export interface SourcedRequest {
  readonly request: FriendlyRequest;
  readonly source: string;
  /** Null when it is the whole input. */
  readonly line: number | null;
}

export interface ReadRequests {
  readonly requests: readonly SourcedRequest[];
  readonly problems: readonly LocatedProblem[];
}

const JSON_LINES_NAME = /\.(?:jsonl|ndjson|json)$/i;

/**
 * The requests of an input: one a line when it is JSONL (by its name, or because it starts with `{`), else the whole text
 * as one prompt. Lines that are none become problems; the others stand.
 */
export function readRequests(text: string, source: string): ReadRequests {
  const content = text.replace(/^\uFEFF/, "");
  if (JSON_LINES_NAME.test(source) || content.trimStart().startsWith("{")) return readLines(content, source);
  if (content.trim() === "") return { requests: [], problems: [problem(source, null, null, "is empty, expected requests or a text")] };
  return { requests: [{ request: { text: content.trim() }, source, line: null }], problems: [] };
}

function readLines(content: string, source: string): ReadRequests {
  const requests: SourcedRequest[] = [];
  const problems: LocatedProblem[] = [];
  for (const [index, line] of content.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const { ok, problems: found } = readRequestLine(line);
    if (ok !== null) requests.push({ request: ok, source, line: index + 1 });
    else problems.push(...found.map(({ field, message }) => problem(source, index + 1, field, message)));
  }
  if (requests.length === 0 && problems.length === 0) problems.push(problem(source, null, null, "holds no request, expected one JSON object a line"));
  return { requests, problems };
}

function problem(source: string, line: number | null, field: string | null, message: string): LocatedProblem {
  return { source, line, field, message };
}
