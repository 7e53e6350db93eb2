import type { Redactable } from "@leverframe/permit";
import { type Found, kindOf, type Label, labelOf } from "./identifier-kind";

/** A part of a text that is to be replaced. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: Redactable;
  readonly label: Label;
}

/** The found identifiers of these kinds as spans in order that do not overlap: what overlaps is one, named after the longest. */
export function spansOf(found: readonly Found[], kinds: ReadonlySet<string>): Span[] {
  const spans: Span[] = [];
  let longest = 0;
  for (const one of found) {
    const kind = kindOf(one);
    if (kind === null || !kinds.has(kind)) continue;
    const { start, end } = one;
    const last = spans.at(-1);
    if (last === undefined || start >= last.end) {
      spans.push({ start, end, kind, label: labelOf(one, kind) });
      longest = end - start;
      continue;
    }
    const named = end - start > longest ? { kind, label: labelOf(one, kind) } : last;
    longest = Math.max(longest, end - start);
    spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, end), kind: named.kind, label: named.label };
  }
  return spans;
}

/** Spans cut at these offsets (ascending), so that none reaches over one. */
export function cutAt(spans: readonly Span[], offsets: readonly number[]): Span[] {
  const cut: Span[] = [];
  let next = 0;
  for (const span of spans) {
    let { start } = span;
    while (next < offsets.length && offsets[next]! <= start) next++;
    for (let at = next; at < offsets.length && offsets[at]! < span.end; at++) {
      cut.push({ ...span, start, end: offsets[at]! });
      start = offsets[at]!;
    }
    cut.push({ ...span, start });
  }
  return cut;
}
