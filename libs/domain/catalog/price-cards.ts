import type { NanoUsd } from "@leverframe/kernel";
import type { Deployment } from "./catalog";
import { dearestInput, dearestOutput, largest, type Price, type PriceCard, type Rates } from "./price";
import { worstCaseOf } from "./pricing";

/** Moments from the first to the last, both of them included, in microseconds since the epoch. */
export interface TimeSpan {
  readonly fromMicros: number;
  readonly untilMicros: number;
}

/** Upper bounds of what one call takes. */
export interface CallBounds {
  readonly inputTokensMax: number;
  readonly outputTokensMax: number;
  readonly imagesMax?: number;
}

/** The most that may be asked for: nano-dollars per million tokens, for the call itself, and for each picture. */
export interface PriceCaps {
  readonly inputNanoUsdMax: NanoUsd;
  readonly outputNanoUsdMax: NanoUsd;
  readonly requestNanoUsdMax: NanoUsd;
  readonly imageNanoUsdMax: NanoUsd;
}

/** Caps as a permit carries them: what is free is not said. */
type Caps = Pick<PriceCaps, "inputNanoUsdMax" | "outputNanoUsdMax"> & Partial<PriceCaps>;

/** The price at a moment; null when the catalog does not know it: then nothing may be called. */
export function priceAt({ price, priceCards }: Deployment, atMicros: number): Price | null {
  if (!priceCards) return price;
  return priceCards.find((card) => holdsAt(card, atMicros))?.price ?? null;
}

/** Every price that holds at some moment of the span; null when at some moment of it none is known. */
export function pricesWithin({ price, priceCards }: Deployment, { fromMicros, untilMicros }: TimeSpan): readonly Price[] | null {
  if (!priceCards) return [price];
  // Cards follow each other without a gap, so the span is covered when both of its ends are.
  const first = priceCards.findIndex((card) => holdsAt(card, fromMicros));
  const last = priceCards.findIndex((card) => holdsAt(card, Math.max(fromMicros, untilMicros)));
  return first < 0 || last < 0 ? null : priceCards.slice(first, last + 1).map((card) => card.price);
}

const holdsAt = ({ fromMicros, untilMicros }: PriceCard, at: number): boolean =>
  (fromMicros === null || at >= fromMicros) && (untilMicros === null || at < untilMicros);

/** The most that one call within these bounds can cost, whenever in the span it starts; null: unknown. */
export function worstCaseWithin(deployment: Deployment, span: TimeSpan, { inputTokensMax, outputTokensMax, imagesMax }: CallBounds): NanoUsd | null {
  const prices = pricesWithin(deployment, span);
  return prices && largest(...prices.map((price) => worstCaseOf(inputTokensMax, outputTokensMax, price, imagesMax)));
}

/** Prices come from a catalog and are asked about for every candidate of every request. */
const known = new WeakMap<Price, PriceCaps>();

/** The caps that let every one of these prices pass and nothing dearer. */
export function capsOf(prices: readonly Price[]): PriceCaps {
  const [only] = prices;
  if (!only || prices.length > 1) return newCaps(prices);
  const caps = known.get(only) ?? newCaps(prices);
  known.set(only, caps);
  return caps;
}

function newCaps(prices: readonly Price[]): PriceCaps {
  const rates = prices.flatMap((price) => [price, ...(price.tiers ?? [])]);
  return {
    inputNanoUsdMax: largest(...rates.map(dearestInput)),
    outputNanoUsdMax: largest(...rates.map(dearestOutput)),
    requestNanoUsdMax: largest(...prices.map(({ requestNanoUsd = 0n }) => requestNanoUsd)),
    imageNanoUsdMax: largest(...prices.map(({ imageNanoUsd = 0n }) => imageNanoUsd)),
  };
}

/** What breaks a cap; null when the price keeps to all of them. A fee without a cap breaks it. */
export function brokenCap(price: Price, caps: Caps): "input" | "output" | "request" | "image" | null {
  const { inputNanoUsdMax, outputNanoUsdMax, requestNanoUsdMax, imageNanoUsdMax } = capsOf([price]);
  if (inputNanoUsdMax > caps.inputNanoUsdMax) return "input";
  if (outputNanoUsdMax > caps.outputNanoUsdMax) return "output";
  if (requestNanoUsdMax > (caps.requestNanoUsdMax ?? 0n)) return "request";
  return imageNanoUsdMax > (caps.imageNanoUsdMax ?? 0n) ? "image" : null;
}

/** The same price for a call with so many pictures: their fees as a part of the call's. */
export function withImages(price: Price, images: number): Price {
  const { imageNanoUsd = 0n, requestNanoUsd = 0n, ...rates } = price;
  return images === 0 || imageNanoUsd === 0n ? price : { ...rates, requestNanoUsd: requestNanoUsd + BigInt(images) * imageNanoUsd };
}

/**
 * One price that is at no size and no time below any of these: for whoever has no moment to ask about. It has a price for
 * writing to a cache only where all of them do, since adapters let providers cache where there is one.
 */
export function dearestOf(prices: readonly Price[]): Price {
  const [only] = prices;
  if (only && prices.length === 1) return only;
  const rates = prices.flatMap((price) => [price, ...(price.tiers ?? [])]);
  const most = (pick: (one: Rates) => NanoUsd) => largest(...rates.map(pick));
  const { requestNanoUsdMax: requestNanoUsd, imageNanoUsdMax: imageNanoUsd } = capsOf(prices);
  const cacheWriteNanoUsd = most((one) => one.cacheWriteNanoUsd ?? one.inputNanoUsd);
  const caches = prices.every((price) => price.cacheWriteNanoUsd !== undefined);
  return {
    inputNanoUsd: caches ? most((one) => one.inputNanoUsd) : largest(most((one) => one.inputNanoUsd), cacheWriteNanoUsd),
    cachedInputNanoUsd: most((one) => one.cachedInputNanoUsd),
    ...(caches ? { cacheWriteNanoUsd } : {}),
    outputNanoUsd: most((one) => one.outputNanoUsd),
    reasoningNanoUsd: most((one) => one.reasoningNanoUsd ?? one.outputNanoUsd),
    ...(requestNanoUsd > 0n ? { requestNanoUsd } : {}),
    ...(imageNanoUsd > 0n ? { imageNanoUsd } : {}),
  };
}
