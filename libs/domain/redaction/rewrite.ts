import { stringsOf } from "./json-text";
import type { Span } from "./spans";
import type { PromptText } from "./texts";

/**
 * A text with its spans (in order, apart from each other) replaced. In JSON a number outside a string becomes a string,
 * so that it stays JSON. `replacement` is given the replaced text, decoded where it stood in a JSON string.
 */
export function rewrite({ text, json }: Pick<PromptText, "text" | "json">, spans: readonly Span[], replacement: (value: string, span: Span) => string): string {
  if (spans.length === 0) return text;
  const strings = json ? stringsOf(text) : [];
  let string = 0;
  let written = "";
  let from = 0;
  for (const span of spans) {
    while (string < strings.length && strings[string]![1] <= span.start) string++;
    const inString = json && string < strings.length && strings[string]![0] < span.start;
    const raw = text.slice(span.start, span.end);
    const placeholder = replacement(inString ? decoded(raw) : raw, span);
    written += text.slice(from, span.start) + (json && !inString ? JSON.stringify(placeholder) : placeholder);
    from = span.end;
  }
  return written + text.slice(from);
}

function decoded(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}
