import { type RiskHit, RISK_IDEAS_COUNT, scanRiskIdeas } from "./risk-ideas";
import type { SignalSink } from "./signal-sink";
import type { Words } from "./words";

/** Two ideas belong together when no more words than these lie from one to the other. */
const NEAR_WORDS = 18;

/**
 * Families of words that speak for a risk. Evidence only adds up, and harmless phrases end with their line, so that a
 * further line of text never takes a signal away (I7). One pass; a pair is checked against the other's last hit. Returns
 * what was found among the first `keptWords` words, for whoever weighs it further.
 */
export function findRiskTerms(words: Words, sink: SignalSink, keptWords: number): RiskHit[] {
  const lastFirst = new Int32Array(RISK_IDEAS_COUNT).fill(-1 - NEAR_WORDS * 2);
  const kept: RiskHit[] = [];
  scanRiskIdeas(words, (idea, first, last) => {
    if (first < keptWords) kept.push({ idea, first, last });
    lastFirst[idea.number] = first;
    for (const { signal, name, riskClass, confidence, other } of idea.evidence) {
      const from = other === null ? first : lastFirst[other.number]!;
      if (first - from > NEAR_WORDS) continue;
      sink.add({ signal, recogniser: `terms:${name}`, riskClass, confidence, start: words.starts[from]!, end: words.ends[last]! });
    }
  });
  return kept;
}
