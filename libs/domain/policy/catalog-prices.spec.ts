import { compilePolicySet, formatPolicyError } from "./index";
import { digest, folder } from "./testing/small-set";

const small = folder().find(({ path }) => path === "catalog.yaml")?.text ?? "";
const SHIPPED = "price: { inputUsd: 0.4, outputUsd: 2 }";

/** `mid-us` of the small set with another price. */
function compiled(price: string) {
  const { ok, errors } = compilePolicySet(folder({ "catalog.yaml": small.replace(SHIPPED, price) }), digest, { checkNames: [] });
  return { deployment: ok?.catalog.byId.get("mid-us"), errors: (errors ?? []).map(formatPolicyError) };
}

const cards = (...list: readonly string[]) => `prices: [${list.map((card) => `{ ${card} }`).join(", ")}]`;
const usual = "inputUsd: 1, outputUsd: 2";
const day = (text: string) => Date.parse(text) * 1_000;

describe("the price of a deployment", () => {
  it("may change on given days: each card ends where the next begins", () => {
    const { deployment, errors } = compiled(cards(`until: 2026-07-01, ${usual}`, "from: 2026-07-01, inputUsd: 0.5, outputUsd: 3", "from: 2026-09-01T06:00Z, inputUsd: 0.4, outputUsd: 1"));
    expect(errors).toEqual([]);
    expect(deployment?.priceCards?.map(({ fromMicros, untilMicros }) => [fromMicros, untilMicros])).toEqual([
      [null, day("2026-07-01")],
      [day("2026-07-01"), day("2026-09-01T06:00Z")],
      [day("2026-09-01T06:00Z"), null],
    ]);
    expect(deployment?.price).toMatchObject({ inputNanoUsd: 1_000_000_000n, outputNanoUsd: 3_000_000_000n });
  });

  it("has prices of its own for cache writes, reasoning, calls, pictures and long contexts", () => {
    const { deployment, errors } = compiled(
      "price: { inputUsd: 3, cachedInputUsd: 0.3, cacheWriteUsd: 3.75, outputUsd: 15, reasoningUsd: 12, requestUsd: 0.005, imageUsd: 0.001, tiers: [{ fromInputTokens: 200000, inputUsd: 6, outputUsd: 22.5 }] }",
    );
    expect(errors).toEqual([]);
    expect(deployment?.price).toEqual({
      inputNanoUsd: 3_000_000_000n,
      cachedInputNanoUsd: 300_000_000n,
      cacheWriteNanoUsd: 3_750_000_000n,
      outputNanoUsd: 15_000_000_000n,
      reasoningNanoUsd: 12_000_000_000n,
      requestNanoUsd: 5_000_000n,
      imageNanoUsd: 1_000_000n,
      tiers: [{ fromInputTokens: 200_000, inputNanoUsd: 6_000_000_000n, cachedInputNanoUsd: 6_000_000_000n, outputNanoUsd: 22_500_000_000n }],
    });
  });

  it("may be nothing where the catalog says so", () => {
    expect(compiled("price: { free: true }").deployment?.price).toEqual({ inputNanoUsd: 0n, cachedInputNanoUsd: 0n, outputNanoUsd: 0n });
    expect(compiled(cards("free: true, until: 2027-01-01", `from: 2027-01-01, ${usual}`)).errors).toEqual([]);
  });

  it.each([
    ["a gap", cards(`until: 2026-07-01, ${usual}`, `from: 2026-08-01, ${usual}`), /^catalog\.yaml:12:\d+: from `2026-08-01`; expected 2026-07-01, where the card before ends: between them no price is known/],
    ["an overlap", cards(`until: 2026-07-01, ${usual}`, `from: 2026-06-01, ${usual}`), "from `2026-06-01`; expected 2026-07-01, where the card before ends: between them two prices hold"],
    ["cards that are out of order", cards(`from: 2026-07-01, ${usual}`, `from: 2026-06-01, ${usual}`), "from `2026-06-01`; expected a moment after 2026-07-01, where the card before begins"],
    ["a second card without a beginning", cards(usual, usual), "the price card has no `from`"],
    ["an end before the beginning", cards(`from: 2026-07-01, until: 2026-06-01, ${usual}`), "until `2026-06-01`; expected a moment after `from`"],
    ["a day that does not exist", cards(`from: 2026-02-30, ${usual}`), "from `2026-02-30`; expected a day such as 2026-07-01"],
    ["a moment without a time zone", cards(`from: "2026-02-03 10:00", ${usual}`), "from `2026-02-03 10:00`; expected a day"],
    ["no card", "prices: []", "`prices` is empty; expected at least one price card"],
    ["both kinds of price", `price: { ${usual} }, ${cards(usual)}`, "`price` stands beside `prices`; expected one of them"],
    ["no price", "weight: 1", "the deployment has no `price`"],
    ["a price of nothing that is not meant", "price: { inputUsd: 0, outputUsd: 0.0 }", "neither input nor output costs anything; expected a price, or `free: true`"],
    ["a price for what is free", "price: { free: true, inputUsd: 1 }", "`inputUsd` stands beside `free: true`; expected nothing else"],
    ["an unknown price", "price: { inputUsd: 1 }", "the price has no `outputUsd`"],
    ["tiers that do not rise", `price: { ${usual}, tiers: [{ fromInputTokens: 9, ${usual} }, { fromInputTokens: 9, ${usual} }] }`, "fromInputTokens `9`; expected a whole number from 10"],
    ["a tier without its price", `price: { ${usual}, tiers: [{ fromInputTokens: 9, inputUsd: 2 }] }`, "the price tier has no `outputUsd`"],
  ])("is refused for %s", (_name, price, expected) => {
    const found = compiled(price).errors;
    expect(found).toEqual(expect.arrayContaining([typeof expected === "string" ? expect.stringContaining(expected) : expect.stringMatching(expected)]));
  });
});
