const ESCAPED = /\\u([0-9a-fA-F]{4})/g;
const STRING = /"[^"\\]*(?:\\[^][^"\\]*)*"/g;
const ESCAPE = /\\[^]/g;

/**
 * JSON with its letters as they are: a letter that is written as `\u0061` hides from recognisers, not from a model.
 * What must stay escaped in JSON (control characters, quotes, backslashes, halves of a pair) stays.
 */
export function unhidden(json: string): string {
  if (!json.includes("\\u")) return json;
  return json.replace(STRING, (text) => text.replace(ESCAPE_OR_UNICODE, (escape) => (escape.length === 2 ? escape : letterOf(escape))));
}

const ESCAPE_OR_UNICODE = /\\u[0-9a-fA-F]{4}|\\[^]/g;

function letterOf(escape: string): string {
  const letter = escape.replace(ESCAPED, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const code = letter.charCodeAt(0);
  const isPlain = code >= 0x20 && letter !== '"' && letter !== "\\" && code !== 0x2028 && code !== 0x2029 && (code < 0xd800 || code > 0xdfff);
  return isPlain ? letter : escape;
}

/** The same length, with blanks for escapes, so that `\nann@x.com` does not read as `nann@x.com`. */
export const withoutEscapes = (json: string): string => (json.includes("\\") ? json.replace(ESCAPE, "  ") : json);

/** Offsets at which the strings of a JSON text begin and end, quotes included, in order. */
export function stringsOf(json: string): readonly (readonly [start: number, end: number])[] {
  return Array.from(json.matchAll(STRING), ({ index, 0: text }) => [index, index + text.length] as const);
}

/** Whether a text is JSON of more than one bare word: what is put into it must keep it so. */
export function isJson(text: string): boolean {
  const first = text.trimStart()[0];
  if (first !== "{" && first !== "[" && first !== '"') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
