import type { Output } from "@leverframe/events";
import { schemaProblem } from "./schema-problem";

export interface RepairedOutput {
  readonly output: Output;
  /** What was done; null: nothing. */
  readonly how: string | null;
}

/** A JSON value that stands in a text, as the model wrote it, and how it was come by. */
interface Found {
  readonly text: string;
  readonly how: string;
}

const FENCE = /```[a-z0-9]*[ \t]*\r?\n([\s\S]*?)\r?\n?[ \t]*```/gi;
/** Values that are looked for in one text: each may be tried from its opening bracket to the text's end. */
const VALUES_MAX = 16;

/**
 * Takes the JSON that was asked for out of what stands around it: a fence, an introduction, commas before a closing
 * bracket. Nothing is added or guessed: what comes out are the model's own characters, it satisfies the schema, and no
 * other value in the text does. Otherwise the output stays as it is.
 */
export function repairOutput(output: Output, outputSchema: string | null): RepairedOutput {
  const { text, refused, toolCalls } = output;
  const asItIs = { output, how: null };
  if (outputSchema === null || refused || toolCalls.length > 0 || schemaProblem(text, outputSchema) === null) return asItIs;
  for (const found of [fenced(text), [{ text, how: "" }], inProse(text)]) {
    const satisfying = found.flatMap((one) => sound(one, outputSchema) ?? []);
    const [only, ...others] = new Map(satisfying.map((one) => [one.text, one])).values();
    if (only && others.length === 0) return { output: { ...output, text: only.text }, how: only.how };
    if (only) return asItIs;
  }
  return asItIs;
}

/** The value, without commas that JSON does not allow if need be; null when it is not what was asked for. */
function sound(found: Found, schema: string): Found | null {
  if (schemaProblem(found.text, schema) === null) return found;
  const text = withoutTrailingCommas(found.text);
  if (text === found.text || schemaProblem(text, schema) !== null) return null;
  return { text, how: found.how === "" ? COMMAS : `${found.how}, ${COMMAS}` };
}

const COMMAS = "trailing commas removed";

const fenced = (text: string): Found[] => [...text.matchAll(FENCE)].slice(0, VALUES_MAX).map(([, inside = ""]) => ({ text: inside.trim(), how: "taken out of a code fence" }));

/** Objects and lists that stand in a text, the outermost of each. */
function inProse(text: string): Found[] {
  const found: Found[] = [];
  const openings = /[{[]/g;
  for (let tried = 0; tried < VALUES_MAX; tried++) {
    const opening = openings.exec(text);
    if (!opening) break;
    const end = endOfValue(text, opening.index);
    if (end === null) continue;
    found.push({ text: text.slice(opening.index, end), how: "taken out of the text around it" });
    openings.lastIndex = end;
  }
  return found;
}

/** Index after the bracket that closes the one at `from`, strings respected; null when nothing does. */
function endOfValue(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
    } else if (char === "{" || char === "[") {
      depth += 1;
    } else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

/** Index of the quote that closes the one at `from`; the text's length when nothing does. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** Commas before a closing bracket, outside of strings. */
function withoutTrailingCommas(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') at = endOfString(text, at);
    if (text[at] !== "," || !CLOSING.test(text.slice(at + 1, at + 1 + BLANKS_MAX))) continue;
    kept.push(text.slice(from, at));
    from = at + 1;
  }
  return kept.join("") + text.slice(from);
}

const BLANKS_MAX = 200;
const CLOSING = /^\s*[}\]]/;
