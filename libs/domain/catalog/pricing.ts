import type { NanoUsd } from "@leverframe/kernel";
import { dearestInput, dearestOutput, type Price, type Rates, ratesFor } from "./price";

/** Tokens of one call as a provider counts them. What is left out is none. */
export interface TokenCounts {
  readonly inputTokens: number;
  /** Part of the input. */
  readonly cachedInputTokens: number;
  /** Part of the input. */
  readonly cacheWriteTokens?: number;
  readonly outputTokens: number;
  /** Part of the output. */
  readonly reasoningTokens?: number;
  /** Pictures that were sent. */
  readonly images?: number;
}

/** What these tokens cost at this price, in nano-dollars; the sum is rounded up once. */
export function costOf(tokens: TokenCounts, price: Price): NanoUsd {
  const { inputTokens, outputTokens, cacheWriteTokens = 0, reasoningTokens = 0, images = 0 } = tokens;
  const rates = ratesFor(price, inputTokens);
  const cached = Math.min(tokens.cachedInputTokens, inputTokens);
  const written = Math.min(cacheWriteTokens, inputTokens - cached);
  const thought = Math.min(reasoningTokens, outputTokens);
  const sum =
    BigInt(inputTokens - cached - written) * rates.inputNanoUsd +
    BigInt(cached) * rates.cachedInputNanoUsd +
    BigInt(written) * (rates.cacheWriteNanoUsd ?? rates.inputNanoUsd) +
    BigInt(outputTokens - thought) * rates.outputNanoUsd +
    BigInt(thought) * (rates.reasoningNanoUsd ?? rates.outputNanoUsd);
  return perToken(sum) + feesOf(price, images);
}

/**
 * The most that one call can cost whose counts stay within these bounds: the dearest kind of each token, at the dearest
 * of the tiers that its input may reach. `costOf` of any such call is never more, since both are sums over the same
 * tokens, rounded once.
 */
export function worstCaseOf(inputTokensMax: number, outputTokensMax: number, price: Price, imagesMax = 0): NanoUsd {
  const { tiers = [] } = price;
  let worst = worstAt(Math.min(inputTokensMax, (tiers[0]?.fromInputTokens ?? Infinity) - 1), outputTokensMax, price);
  tiers.forEach((tier, index) => {
    if (tier.fromInputTokens > inputTokensMax) return;
    const inputTokens = Math.min(inputTokensMax, (tiers[index + 1]?.fromInputTokens ?? Infinity) - 1);
    const cost = worstAt(inputTokens, outputTokensMax, tier);
    if (cost > worst) worst = cost;
  });
  return worst + feesOf(price, imagesMax);
}

function worstAt(inputTokens: number, outputTokens: number, rates: Rates): NanoUsd {
  return perToken(BigInt(inputTokens) * dearestInput(rates) + BigInt(outputTokens) * dearestOutput(rates));
}

const TOKENS_PER_RATE = 1_000_000n;

const perToken = (sum: bigint): NanoUsd => (sum + TOKENS_PER_RATE - 1n) / TOKENS_PER_RATE;

const feesOf = ({ requestNanoUsd = 0n, imageNanoUsd = 0n }: Price, images: number): NanoUsd => requestNanoUsd + BigInt(images) * imageNanoUsd;
