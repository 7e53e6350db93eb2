import type { Output } from "@leverframe/events";
import { isJson } from "./json-text";
import { PLACEHOLDER, type Replaced } from "./placeholders";

/** A model that repeats a placeholder could make a text of any length; beyond this, placeholders stay. */
export const RESTORED_CHARS_MAX = 393_216;

/** The output with values where it has their placeholders: the asker knows them, and expects an answer that speaks of them. */
export function restore(output: Output, values: ReadonlyMap<string, Replaced>): Output {
  if (values.size === 0) return output;
  return {
    ...output,
    text: restoreText(output.text, values),
    toolCalls: output.toolCalls.map((call) => ({ ...call, arguments: restoreText(call.arguments, values) })),
  };
}

function restoreText(text: string, values: ReadonlyMap<string, Replaced>): string {
  const found = text.match(PLACEHOLDER);
  if (found === null) return text;
  const json = isJson(text);
  let length = text.length;
  return text.replace(PLACEHOLDER, (placeholder) => {
    const replaced = values.get(placeholder);
    if (replaced === undefined) return placeholder;
    const value = json ? JSON.stringify(replaced.value).slice(1, -1) : replaced.value;
    length += value.length - placeholder.length;
    return length > RESTORED_CHARS_MAX ? placeholder : value;
  });
}
