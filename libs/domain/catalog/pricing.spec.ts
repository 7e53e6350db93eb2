import fc from "fast-check";
import { costOf, type Price, worstCaseOf } from "./index";

const price = { inputNanoUsd: 1_000_000_000n, cachedInputNanoUsd: 100_000_000n, outputNanoUsd: 4_000_000_000n };
const withFee = { ...price, requestNanoUsd: 5_000_000n };
const tokens = { inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 100 };

describe("the price of a call", () => {
  it("counts cached input at its own price, as part of the input", () => {
    expect(costOf(tokens, price)).toBe(600_000n + 40_000n + 400_000n);
  });

  it("counts what is written to a cache and what is thought at prices of their own, where there are any", () => {
    const special = { ...price, cacheWriteNanoUsd: 1_250_000_000n, reasoningNanoUsd: 2_000_000_000n };
    const used = { ...tokens, cacheWriteTokens: 200, reasoningTokens: 60 };
    expect(costOf(used, special)).toBe(400_000n + 40_000n + 250_000n + 160_000n + 120_000n);
    expect(costOf(used, price)).toBe(costOf(tokens, price));
  });

  it("has the fees of a call and of its pictures once, in the cost as in the worst case", () => {
    expect(costOf(tokens, withFee) - costOf(tokens, price)).toBe(5_000_000n);
    expect(worstCaseOf(1_000, 100, withFee) - worstCaseOf(1_000, 100, price)).toBe(5_000_000n);
    const pictured = { ...withFee, imageNanoUsd: 3_000_000n };
    expect(costOf({ ...tokens, images: 2 }, pictured) - costOf(tokens, withFee)).toBe(6_000_000n);
    expect(worstCaseOf(1_000, 100, pictured, 2) - worstCaseOf(1_000, 100, withFee)).toBe(6_000_000n);
  });

  const long = { fromInputTokens: 200_000, inputNanoUsd: 2_000_000_000n, cachedInputNanoUsd: 200_000_000n, outputNanoUsd: 6_000_000_000n };

  it.each([
    ["below a tier", 199_999, 199_999_000n],
    ["from a tier on, the whole of it", 200_000, 400_000_000n],
  ])("of a long context is that of its tier: %s", (_name, inputTokens, cost) => {
    expect(costOf({ inputTokens, cachedInputTokens: 0, outputTokens: 0 }, { ...price, tiers: [long] })).toBe(cost);
  });

  it("has the dearest tier that the bound may reach as its worst case, also where a longer one is cheaper", () => {
    const cheaper = { ...long, inputNanoUsd: 100_000_000n, cachedInputNanoUsd: 0n, outputNanoUsd: 4_000_000_000n };
    expect(worstCaseOf(199_999, 0, { ...price, tiers: [long] })).toBe(199_999_000n);
    expect(worstCaseOf(300_000, 0, { ...price, tiers: [long] })).toBe(600_000_000n);
    expect(worstCaseOf(300_000, 0, { ...price, tiers: [cheaper] })).toBe(199_999_000n);
  });
});

const rate = fc.bigInt({ min: 0n, max: 10n ** 11n });
const maybe = { requiredKeys: ["inputNanoUsd" as const, "cachedInputNanoUsd" as const, "outputNanoUsd" as const] };
const rates = { inputNanoUsd: rate, cachedInputNanoUsd: rate, cacheWriteNanoUsd: rate, outputNanoUsd: rate, reasoningNanoUsd: rate };
const tier = fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.record(rates, maybe)).map(([fromInputTokens, one]) => ({ fromInputTokens, ...one }));
const tiers = fc.uniqueArray(tier, { maxLength: 4, selector: ({ fromInputTokens }) => fromInputTokens }).map((list) => list.sort((a, b) => a.fromInputTokens - b.fromInputTokens));
const anyPrice: fc.Arbitrary<Price> = fc.record({ ...rates, requestNanoUsd: rate, imageNanoUsd: rate, tiers }, maybe);
const count = fc.integer({ min: 0, max: 4_000 });

describe("I2 no unfunded call", () => {
  it("no call costs more than the worst case of its bounds, at any price, tier and mix of tokens", () => {
    const used = fc.record({ inputTokens: count, cachedInputTokens: count, cacheWriteTokens: count, outputTokens: count, reasoningTokens: count, images: fc.integer({ min: 0, max: 5 }) });
    fc.assert(
      fc.property(anyPrice, used, count, count, (asked, actual, moreInput, moreOutput) => {
        const worst = worstCaseOf(actual.inputTokens + moreInput, actual.outputTokens + moreOutput, asked, actual.images + 1);
        expect(costOf(actual, asked) <= worst).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("a worst case never falls when a bound rises", () => {
    fc.assert(
      fc.property(anyPrice, count, count, fc.integer({ min: 0, max: 50 }), (asked, input, output, more) => {
        const worst = worstCaseOf(input, output, asked);
        expect(worstCaseOf(input + more, output, asked) >= worst && worstCaseOf(input, output + more, asked) >= worst).toBe(true);
      }),
    );
  });
});
