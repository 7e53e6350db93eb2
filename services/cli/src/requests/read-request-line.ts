import { nearestName } from "@leverframe/nest";
import { type FriendlyRequest, REQUEST_FIELD_NAMES, REQUEST_FIELDS, type RequestFieldName } from "./request-fields";

/** A line's request, or every problem with it. */
export type LineResult =
  | { readonly ok: FriendlyRequest; readonly problems: null }
  | { readonly ok: null; readonly problems: readonly { readonly field: string | null; readonly message: string }[] };

const SHOWN_CHARACTERS_MAX = 60;
/** A name farther away than this is no misspelling. */
const TYPO_DISTANCE_MAX = 3;

/** Reads one line of JSONL. All of its problems are told at once, so that a file is mended in one go. */
export function readRequestLine(line: string): LineResult {
  const parsed = parse(line);
  if ("problem" in parsed) return refuse([{ field: null, message: parsed.problem }]);
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse([{ field: null, message: `${shown(value)}, expected an object such as {"text": "…"}` }]);
  }
  const members = Object.entries(value).filter(([, member]) => member !== null);
  const problems: { field: string | null; message: string }[] = members.flatMap(([name, member]) => problemOf(name, member) ?? []);
  const names = members.map(([name]) => name);
  // Beside a misspelt name it would be the same problem told twice.
  if (problems.length === 0 && !names.includes("text") && !names.includes("messages")) {
    problems.push({ field: null, message: "has neither `text` nor `messages`, expected one of them" });
  }
  if (names.includes("text") && names.includes("messages")) {
    problems.push({ field: "messages", message: "stands beside `text`, expected one of them" });
  }
  if (problems.length > 0) return refuse(problems);
  return { ok: Object.fromEntries(members) as FriendlyRequest, problems: null };
}

function refuse(problems: readonly { field: string | null; message: string }[]): LineResult {
  return { ok: null, problems };
}

function parse(line: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(line) as unknown };
  } catch (error) {
    const reason = (error as Error).message;
    const column = columnOf(reason, line);
    const at = column === null ? "" : ` at column ${column}`;
    return { problem: `not JSON${at}: \`${line.trim().slice(0, SHOWN_CHARACTERS_MAX)}\`, expected one object a line such as {"text": "…"}` };
  }
}

/** V8 says `at position 12`, or that the text ended. */
function columnOf(reason: string, line: string): number | null {
  const position = /at position (\d+)/.exec(reason)?.[1];
  if (position !== undefined) return Number(position) + 1;
  return /unexpected end/i.test(reason) ? line.length + 1 : null;
}

function problemOf(name: string, value: unknown): { field: string; message: string } | null {
  if (!Object.hasOwn(REQUEST_FIELDS, name)) {
    const nearest = nearestName(name, REQUEST_FIELD_NAMES);
    const hint = nearest !== null && nearest.distance <= TYPO_DISTANCE_MAX ? `did you mean \`${nearest.name}\`?` : `expected one of ${REQUEST_FIELD_NAMES.join(", ")}`;
    return { field: name.slice(0, SHOWN_CHARACTERS_MAX), message: `unknown, ${hint}` };
  }
  const field = REQUEST_FIELDS[name as RequestFieldName];
  return field.accepts(value) ? null : { field: name, message: `${shown(value)}, expected ${field.expected}` };
}

function shown(value: unknown): string {
  return `\`${JSON.stringify(value).slice(0, SHOWN_CHARACTERS_MAX)}\``;
}
