import { type NanoUsd, priceOf } from "@leverframe/kernel";
import type { Price } from "./catalog";

/** Tokens of one call as a provider counts them; cached input is part of input. */
export interface TokenCounts {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/** What these tokens cost at this price, in nano-dollars. */
export function costOf(tokens: TokenCounts, price: Price): NanoUsd {
  const cached = Math.min(tokens.cachedInputTokens, tokens.inputTokens);
  return (
    priceOf(tokens.inputTokens - cached, price.inputNanoUsd) +
    priceOf(cached, price.cachedInputNanoUsd) +
    priceOf(tokens.outputTokens, price.outputNanoUsd) +
    (price.requestNanoUsd ?? 0n)
  );
}

/** The most that one call can cost: no input cached, every allowed output token used. */
export function worstCaseOf(inputTokensMax: number, outputTokensMax: number, price: Price): NanoUsd {
  const inputPrice = price.inputNanoUsd > price.cachedInputNanoUsd ? price.inputNanoUsd : price.cachedInputNanoUsd;
  return priceOf(inputTokensMax, inputPrice) + priceOf(outputTokensMax, price.outputNanoUsd) + (price.requestNanoUsd ?? 0n);
}
