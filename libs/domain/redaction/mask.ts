import type { Redactable } from "@leverframe/permit";
import type { FindIdentifiers } from "./identifier-kind";
import { isJson, unhidden, withoutEscapes } from "./json-text";
import { rewrite } from "./rewrite";
import { spansOf } from "./spans";

export interface Masked {
  readonly text: string;
  /** How many places were masked. */
  readonly masked: number;
}

/** A text in which every identifier of these kinds is replaced by what it is (`[EMAIL]`); null when it holds too many to find. */
export function maskIdentifiers(text: string, kinds: readonly Redactable[], find: FindIdentifiers): Masked | null {
  const json = isJson(text);
  const shown = json ? unhidden(text) : text;
  const found = find(json ? withoutEscapes(shown) : shown);
  if (found === null) return null;
  const spans = spansOf(found, new Set(kinds));
  return { text: spans.length === 0 ? text : rewrite({ text: shown, json }, spans, (_value, { label }) => `[${label.long}]`), masked: spans.length };
}
