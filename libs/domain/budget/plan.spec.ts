import type { Catalog, Deployment, PriceCard } from "@leverframe/catalog";
import fc from "fast-check";
import { amountOf, fundingOf, type PlanInput, planFunding } from "./plan";

/** Dollars per million output tokens; input is free, so 1,000 output tokens at `price` cost price ÷ 1,000 dollars. */
function catalogOf(prices: Readonly<Record<string, number>>, outputTokensMax = 4_000): Catalog {
  const deployments = Object.entries(prices).map(([id, price]) => ({
    id,
    provider: { id: "p" },
    tags: [],
    model: { id, tier: "standard", contextTokensMax: 10_000, outputTokensMax },
    price: { inputNanoUsd: 0n, cachedInputNanoUsd: 0n, outputNanoUsd: BigInt(price) * 1_000_000_000n },
  }));
  const byId = new Map(deployments.map((one) => [one.id, one as unknown as Deployment]));
  return { version: "v1", deployments: [...byId.values()], byId };
}

const permit = (id: string, priceMax = 1_000) => ({
  id,
  region: "eu",
  inputNanoUsdMax: 0n,
  outputNanoUsdMax: BigInt(priceMax) * 1_000_000_000n,
  preference: 0,
});
const defaults = { outputTokensDefault: 1_000, attemptsMax: 2 };
const input = (change: Partial<PlanInput> = {}): PlanInput => ({
  choice: "mid",
  fallbacks: ["big", "small"],
  candidates: ["mid", "big", "small"].map((id) => permit(id)),
  obligations: { outputTokensMax: null, costNanoUsdMax: null },
  catalog: catalogOf({ mid: 3, big: 15, small: 1 }),
  span: { fromMicros: 0, untilMicros: 60_000_000 },
  inputTokensMax: 100,
  maxOutputTokens: null,
  spentNanoUsd: 0n,
  ...change,
});
const chains = (change: Partial<PlanInput> = {}) =>
  planFunding(input(change), defaults).options.map(({ plan, amountMicroUsd }) => [
    plan.map(({ candidate, attemptsMax }) => `${candidate}×${attemptsMax}`).join(" "),
    amountMicroUsd,
  ]);

describe("ways to pay for a selection", () => {
  test("I2 no unfunded call: the first covers the whole chain, each further one leaves out the dearest", () => {
    expect(chains()).toEqual([
      ["mid×2 big×2 small×2", 38_000],
      ["mid×2 small×2", 8_000],
      ["small×2", 2_000],
    ]);
  });

  test.each([
    // asked, obliged, expected
    [null, null, 1_000],
    [200, null, 200],
    [200, 150, 150],
    [9_000, null, 4_000],
    [3_000, null, 3_000],
    [null, 500, 500],
  ])("asked for %s tokens, obliged to %s: at most %s come out", (maxOutputTokens, outputTokensMax, expected) => {
    const { options } = planFunding(input({ maxOutputTokens, obligations: { outputTokensMax, costNanoUsdMax: null } }), defaults);
    expect(options[0]?.plan.map((call) => call.maxOutputTokens)).toEqual([expected, expected, expected]);
  });

  test.each([
    // ceiling in nano-dollars, spent before, expected first option
    [38_000_000n, 0n, "mid×2 big×2 small×2"],
    [37_999_999n, 0n, "mid×2 small×2"],
    [5_000_000n, 0n, "mid×1 small×2"],
    [4_999_999n, 0n, "small×2"],
    [5_000_000n, 3_500_000n, "small×1"],
    [5_000_000n, 4_500_000n, undefined],
  ])("a cost ceiling of %s with %s spent leaves %s: retries go before candidates", (costNanoUsdMax, spentNanoUsd, expected) => {
    expect(chains({ obligations: { outputTokensMax: null, costNanoUsdMax }, spentNanoUsd })[0]?.[0]).toBe(expected);
  });

  test("I1 no forbidden call: nothing outside the permit, the catalog or the permitted price is planned", () => {
    const candidates = [permit("mid"), permit("big", 14), permit("gone")];
    const { options, excluded } = planFunding(input({ candidates, fallbacks: ["big", "small", "gone"] }), defaults);
    expect(options.map(({ plan }) => plan.map(({ candidate }) => candidate))).toEqual([["mid"]]);
    expect(excluded).toEqual([
      { candidate: "big", cause: "dearer than the permit allows" },
      { candidate: "small", cause: "not in the permit" },
      { candidate: "gone", cause: "not in catalog `v1`" },
    ]);
  });

  const dated = (priceCards: readonly PriceCard[]): Catalog => {
    const catalog = catalogOf({ mid: 3, big: 15, small: 1 });
    const byId = new Map([...catalog.byId].map(([id, one]) => [id, id === "mid" ? { ...one, priceCards } : one]));
    return { ...catalog, deployments: [...byId.values()], byId };
  };
  const priced = (usd: number) => ({ inputNanoUsd: 0n, cachedInputNanoUsd: 0n, outputNanoUsd: BigInt(usd) * 1_000_000_000n });

  test.each([
    ["before it changes", 70_000_000, 3_000_000n],
    ["in the span in which it rises", 30_000_000, 8_000_000n],
    ["after it changed", 0, 8_000_000n],
  ])("I2 no unfunded call: the worst case has the dearest price between arrival and deadline: %s", (_name, changeAt, expected) => {
    const cards = [{ fromMicros: null, untilMicros: changeAt, price: priced(3) }, { fromMicros: changeAt, untilMicros: null, price: priced(8) }];
    expect(planFunding(input({ catalog: dated(cards), fallbacks: [] }), defaults).options[0]?.plan[0]?.worstCaseNanoUsd).toBe(expected);
  });

  test("I2 no unfunded call: what has no known price until the deadline is not planned", () => {
    const { options, excluded } = planFunding(input({ catalog: dated([{ fromMicros: null, untilMicros: 60_000_000, price: priced(3) }]) }), defaults);
    expect(options[0]?.plan.map(({ candidate }) => candidate)).toEqual(["big", "small"]);
    expect(excluded).toEqual([{ candidate: "mid", cause: "its price is not known until the deadline" }]);
  });

  test.each([
    // tokens of the prompt, counted at `mid`, asked, expected output of mid
    [9_500, undefined, null, 500],
    [9_500, undefined, 501, undefined],
    [9_500, undefined, 500, 500],
    [10_000, undefined, null, undefined],
    [20_000, 9_300, null, 700],
    [100, 20_000, null, 1_000],
  ])("a prompt of %s tokens (counted: %s) and %s asked for leave room for %s in a context of 10,000", (inputTokensMax, counted, maxOutputTokens, expected) => {
    const inputTokens = counted === undefined ? new Map() : new Map([["mid", counted]]);
    const { options, excluded } = planFunding(input({ inputTokensMax, inputTokens, maxOutputTokens, fallbacks: [] }), defaults);
    expect(options[0]?.plan[0]?.maxOutputTokens).toBe(expected);
    if (expected === undefined) expect(excluded).toEqual([{ candidate: "mid", cause: "its context of 10000 tokens is too small" }]);
  });

  test("amounts never rise along the options and are the sum of their calls, whatever the prices", () => {
    const prices = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(prices, (list) => {
        const ids = list.map((_, index) => `m${index}`);
        const catalog = catalogOf(Object.fromEntries(list.map((price, index) => [`m${index}`, price])));
        const candidates = ids.map((id) => permit(id));
        const { options } = planFunding(input({ choice: "m0", fallbacks: ids.slice(1), candidates, catalog }), defaults);
        const amounts = options.map(({ amountMicroUsd }) => amountMicroUsd);
        expect(amounts).toEqual([...amounts].sort((a, b) => b - a));
        expect(amounts).toEqual(options.map(({ plan }) => amountOf(plan)));
        expect(options.map(({ plan }) => plan.length)).toEqual(list.map((_, index) => list.length - index));
      }),
    );
  });

  test("the funding names what was left out, and the scopes that pay", () => {
    const funding = planFunding(input(), defaults);
    const month = { window: "2026-11", unit: "usd" as const, only: null, cap: null, hard: false };
    const accounts = [{ scope: "tenant:acme", ...month }, { scope: "tenant:acme", ...month, window: "total" }];
    expect(fundingOf("r1", funding, 1, accounts)).toMatchObject({
      reservationId: "r1",
      reservedNanoUsd: 8_000_000n,
      plan: [{ candidate: "mid" }, { candidate: "small" }],
      scopes: ["tenant:acme"],
      unaffordable: [{ candidate: "big", cause: "worst case $0.030000 does not fit the budget together with the rest" }],
    });
  });
});
