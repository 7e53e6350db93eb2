import type { NanoUsd } from "@leverframe/kernel";

/** Nano-dollars per million tokens. */
export interface Rates {
  readonly inputNanoUsd: NanoUsd;
  readonly cachedInputNanoUsd: NanoUsd;
  /** Input that is written to the provider's cache; absent: as other input. */
  readonly cacheWriteNanoUsd?: NanoUsd;
  readonly outputNanoUsd: NanoUsd;
  /** Output that the model thinks before it answers; absent: as other output. */
  readonly reasoningNanoUsd?: NanoUsd;
}

/** Other rates for the whole call from this many input tokens on: what providers ask for long contexts. */
export interface PriceTier extends Rates {
  readonly fromInputTokens: number;
}

/** What one call costs. */
export interface Price extends Rates {
  /** A fee for each call, whatever its tokens (a search, say); absent: none. */
  readonly requestNanoUsd?: NanoUsd;
  /** A fee for each picture that is sent, besides the tokens that it makes; absent: none. */
  readonly imageNanoUsd?: NanoUsd;
  /** By `fromInputTokens`, ascending; absent: the rates hold for every size. */
  readonly tiers?: readonly PriceTier[];
}

/** A price and when it holds. */
export interface PriceCard {
  /** Microseconds since the epoch; null: since ever. */
  readonly fromMicros: number | null;
  /** The first moment at which it holds no more; null: until further notice. */
  readonly untilMicros: number | null;
  readonly price: Price;
}

/** The rates of a call with this many input tokens. */
export function ratesFor(price: Price, inputTokens: number): Rates {
  return price.tiers?.findLast(({ fromInputTokens }) => inputTokens >= fromInputTokens) ?? price;
}

/** The dearest that an input token can be, read from a cache, written to one, or neither. */
export const dearestInput = ({ inputNanoUsd, cachedInputNanoUsd, cacheWriteNanoUsd = 0n }: Rates): NanoUsd =>
  largest(inputNanoUsd, cachedInputNanoUsd, cacheWriteNanoUsd);

/** The dearest that an output token can be, thought or said. */
export const dearestOutput = ({ outputNanoUsd, reasoningNanoUsd = 0n }: Rates): NanoUsd => largest(outputNanoUsd, reasoningNanoUsd);

export const largest = (...amounts: readonly NanoUsd[]): NanoUsd => amounts.reduce((most, amount) => (amount > most ? amount : most), 0n);
