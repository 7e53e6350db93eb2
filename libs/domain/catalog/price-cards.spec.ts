import fc from "fast-check";
import { brokenCap, capsOf, costOf, dearestOf, type Deployment, type Price, type PriceCard, priceAt, pricesWithin, worstCaseWithin } from "./index";

const day = (text: string) => Date.parse(text) * 1_000;
const priced = (usd: bigint): Price => ({ inputNanoUsd: usd, cachedInputNanoUsd: usd, outputNanoUsd: usd * 4n });
const [JULY, OCTOBER] = [day("2026-07-01"), day("2026-10-01")];
const cards: readonly PriceCard[] = [
  { fromMicros: null, untilMicros: JULY, price: priced(3n) },
  { fromMicros: JULY, untilMicros: OCTOBER, price: priced(2n) },
];
const deploymentOf = (priceCards: readonly PriceCard[]): Deployment => ({ price: dearestOf(priceCards.map(({ price }) => price)), priceCards }) as unknown as Deployment;
const dated = deploymentOf(cards);

describe("prices that change", () => {
  it.each([
    ["long before", 0, 3n],
    ["at the last moment of a card", JULY - 1, 3n],
    ["at the first moment of the next", JULY, 2n],
    ["at the last moment of all", OCTOBER - 1, 2n],
    ["after that nobody knows", OCTOBER, null],
  ])("%s", (_name, at, expected) => {
    expect(priceAt(dated, at)?.inputNanoUsd ?? null).toBe(expected);
  });

  it("hold always where none is dated", () => {
    const undated = { price: priced(5n) } as unknown as Deployment;
    expect(priceAt(undated, 0)).toEqual(priced(5n));
    expect(pricesWithin(undated, { fromMicros: 0, untilMicros: OCTOBER })).toEqual([priced(5n)]);
  });

  it.each([
    ["one card", JULY, OCTOBER - 1, [2n]],
    ["the cards before and after a change", JULY - 1, JULY, [3n, 2n]],
    ["none, when the last card ends before the deadline", JULY, OCTOBER, null],
  ])("between arrival and deadline are %s", (_name, fromMicros, untilMicros, expected) => {
    expect(pricesWithin(dated, { fromMicros, untilMicros })?.map(({ inputNanoUsd }) => inputNanoUsd) ?? null).toEqual(expected);
  });

  const rate = fc.bigInt({ min: 0n, max: 10n ** 10n });
  const price = fc.record(
    { inputNanoUsd: rate, cachedInputNanoUsd: rate, cacheWriteNanoUsd: rate, outputNanoUsd: rate, reasoningNanoUsd: rate, requestNanoUsd: rate, imageNanoUsd: rate },
    { requiredKeys: ["inputNanoUsd", "cachedInputNanoUsd", "outputNanoUsd"] },
  );
  const history = fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), price), { minLength: 1, maxLength: 5 }).map((list) => {
    let from: number | null = null;
    return list.map(([length, one]): PriceCard => {
      const card = { fromMicros: from, untilMicros: (from ?? 0) + length, price: one };
      from = card.untilMicros;
      return card;
    });
  });
  const count = fc.integer({ min: 0, max: 1_000 });
  const used = fc.record({ inputTokens: count, cachedInputTokens: count, cacheWriteTokens: count, outputTokens: count, reasoningTokens: count, images: fc.integer({ min: 0, max: 3 }) });

  it("I2 no unfunded call: whenever a call starts between arrival and deadline, it costs no more than the worst case of that span, breaks no cap of it, and no more than the dearest of all", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), fc.nat(60), used, (priceCards, arrival, patience, delay, actual) => {
        const deployment = deploymentOf(priceCards);
        const span = { fromMicros: arrival, untilMicros: arrival + patience };
        const worst = worstCaseWithin(deployment, span, { inputTokensMax: actual.inputTokens, outputTokensMax: actual.outputTokens, imagesMax: actual.images });
        const at = priceAt(deployment, arrival + Math.min(delay, patience));
        if (worst === null || at === null) return;
        expect(costOf(actual, at) <= worst).toBe(true);
        expect(brokenCap(at, capsOf(pricesWithin(deployment, span) ?? []))).toBeNull();
        expect(costOf(actual, at) <= costOf(actual, deployment.price)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["input", { inputNanoUsd: 4n }],
    ["input", { cachedInputNanoUsd: 4n }],
    ["input", { cacheWriteNanoUsd: 4n }],
    ["output", { outputNanoUsd: 13n }],
    ["output", { reasoningNanoUsd: 13n }],
    ["request", { requestNanoUsd: 1n }],
    ["image", { imageNanoUsd: 1n }],
    ["input", { tiers: [{ fromInputTokens: 9, ...priced(4n) }] }],
  ] as const)("break the permit's cap of %s when %j is dearer", (broken, dearer) => {
    const { inputNanoUsdMax, outputNanoUsdMax } = capsOf([priced(3n)]);
    expect(brokenCap({ ...priced(3n), ...dearer }, { inputNanoUsdMax, outputNanoUsdMax })).toBe(broken);
    expect(brokenCap(priced(3n), { inputNanoUsdMax, outputNanoUsdMax })).toBeNull();
  });
});
