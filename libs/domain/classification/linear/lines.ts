import type { RiskHit } from "../risk-ideas";
import type { Words } from "../words";

/** What lies behind so many words is left to the rules: time stays small for a text of any length. */
export const READ_WORDS_MAX = 16_000;

/** Calls `visit` for each line that has words, with their numbers (to is exclusive) and the ideas that stand in it. */
export function forEachLine(words: Words, hits: readonly RiskHit[], visit: (from: number, to: number, hits: readonly RiskHit[]) => void): void {
  const count = Math.min(words.count, READ_WORDS_MAX);
  let hit = 0;
  for (let from = 0; from < count; ) {
    let lineEnd = words.text.indexOf("\n", words.ends[from]);
    if (lineEnd === -1) lineEnd = words.text.length;
    let to = from + 1;
    while (to < count && words.starts[to]! < lineEnd) to++;
    const firstHit = hit;
    while (hit < hits.length && hits[hit]!.first < to) hit++;
    visit(from, to, hits.slice(firstHit, hit).filter(({ last }) => last < to));
    from = to;
  }
}
