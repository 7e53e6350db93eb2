import type { RiskHit } from "../risk-ideas";
import type { Words } from "../words";
import { visitWords, type Visit } from "./features";

/** A text counts as if it had at least so many features: a word or two prove nothing. */
export const FEATURES_MIN = 40;

/** What a risk is recognised by in the words from number `from` to before `to`: the words themselves, and once each idea of the vocabulary that occurs among them. */
export function visitRiskFeatures(words: Words, from: number, to: number, hits: readonly RiskHit[], visit: Visit): void {
  visitWords(words, from, to, visit);
  const seen = new Set<number>();
  for (const { idea, first, last } of hits) {
    if (seen.has(idea.number)) continue;
    seen.add(idea.number);
    visit(idea.hash, first, last, idea);
  }
}
