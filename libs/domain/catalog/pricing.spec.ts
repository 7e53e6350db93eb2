import { costOf, worstCaseOf } from "./index";

const price = { inputNanoUsd: 1_000_000_000n, cachedInputNanoUsd: 100_000_000n, outputNanoUsd: 4_000_000_000n };
const withFee = { ...price, requestNanoUsd: 5_000_000n };
const tokens = { inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 100 };

describe("the price of a call", () => {
  it("counts cached input at its own price, as part of the input", () => {
    expect(costOf(tokens, price)).toBe(600_000n + 40_000n + 400_000n);
  });

  it("has the fee of a call once, in the cost as in the worst case", () => {
    expect(costOf(tokens, withFee) - costOf(tokens, price)).toBe(5_000_000n);
    expect(worstCaseOf(1_000, 100, withFee) - worstCaseOf(1_000, 100, price)).toBe(5_000_000n);
  });

  it("I2 no unfunded call: never costs more than the worst case of its bounds", () => {
    expect(costOf(tokens, withFee)).toBeLessThanOrEqual(worstCaseOf(tokens.inputTokens, tokens.outputTokens, withFee));
  });
});
