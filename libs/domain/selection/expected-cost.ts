import { type Deployment, costOf, priceAt } from "@leverframe/catalog";
import type { Classification, Complexity } from "@leverframe/events";
import type { NanoUsd } from "@leverframe/kernel";

/** English text has about four bytes a token; an expectation, never a bound. */
const BYTES_PER_TOKEN = 4;

/** Tokens that an answer of each complexity usually takes. */
const OUTPUT_TOKENS: Readonly<Record<Complexity, number>> = { trivial: 120, simple: 300, moderate: 700, hard: 1_500 };

/** What one call is expected to cost at that moment, in nano-dollars: to compare candidates; reservations use the worst case. */
export function expectedCost(deployment: Deployment, classification: Classification, outputTokensMax: number | null, atMicros: number): NanoUsd {
  const outputTokens = OUTPUT_TOKENS[classification.complexity];
  const tokens = {
    // The bytes of a picture are no text: the bound knows what pictures make.
    inputTokens: Math.min(Math.ceil(classification.promptBytes / BYTES_PER_TOKEN), classification.inputTokensMax),
    cachedInputTokens: 0,
    outputTokens: outputTokensMax === null ? outputTokens : Math.min(outputTokens, outputTokensMax),
  };
  return costOf(tokens, priceAt(deployment, atMicros) ?? deployment.price);
}
