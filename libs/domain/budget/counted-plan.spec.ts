import type { Catalog, Deployment } from "@leverframe/catalog";
import fc from "fast-check";
import { planCounted } from "./counted-plan";
import { type PlanInput, planFunding } from "./plan";

/** A dollar per million tokens, in and out; `plain` has no tokenizer. */
function catalogOf(): Catalog {
  const rate = 1_000_000_000n;
  const deployments = ["exact", "plain"].map((id) => ({
    id,
    provider: { id: "p" },
    tags: [],
    model: { id, tier: "standard", contextTokensMax: 1_000_000, outputTokensMax: 1_000, ...(id === "exact" ? { tokenizer: "o200k_base" } : {}) },
    price: { inputNanoUsd: rate, cachedInputNanoUsd: rate, outputNanoUsd: rate },
  }));
  const byId = new Map(deployments.map((one) => [one.id, one as unknown as Deployment]));
  return { version: "v1", deployments: [...byId.values()], byId };
}

const candidate = (id: string) => ({ id, region: "eu", inputNanoUsdMax: 10n ** 12n, outputNanoUsdMax: 10n ** 12n, preference: 0 });
const input = (change: Partial<PlanInput> = {}): PlanInput => ({
  choice: "exact",
  fallbacks: ["plain"],
  candidates: [candidate("exact"), candidate("plain")],
  obligations: { outputTokensMax: null, costNanoUsdMax: null },
  catalog: catalogOf(),
  span: { fromMicros: 0, untilMicros: 1 },
  inputTokensMax: 4_000,
  maxOutputTokens: 100,
  spentNanoUsd: 0n,
  ...change,
});
const defaults = { outputTokensDefault: 1_000, attemptsMax: 2 };
const never = () => Promise.reject(new Error("counted"));

async function counted(change: Partial<PlanInput>, nearCap: boolean, tokens: number) {
  const asked: string[] = [];
  const plan = await planCounted(input(change), defaults, nearCap, async (models) => {
    asked.push(...models.map(({ id }) => id));
    return new Map([["exact", tokens]]);
  });
  return { asked, calls: plan.options[0]?.plan.map(({ candidate: id, attemptsMax, worstCaseNanoUsd }) => [id, attemptsMax, worstCaseNanoUsd]) };
}

describe("a plan counts tokens only where the bound by bytes decides", () => {
  it("not for a small request far from every cap", async () => {
    expect(await planCounted(input(), defaults, false, never)).toEqual(planFunding(input(), defaults));
  });

  it("near a cap where bytes would hold a cent too much, at the models that have a tokenizer", async () => {
    expect((await counted({}, true, 1_000)).asked).toEqual([]);
    expect(await counted({ inputTokensMax: 8_000 }, true, 1_000)).toEqual({ asked: ["exact"], calls: [["exact", 2, 1_100_000n], ["plain", 2, 8_100_000n]] });
  });

  it("where a cost ceiling leaves out a candidate, or its retries", async () => {
    const ceiling = (costNanoUsdMax: bigint) => ({ fallbacks: [], obligations: { outputTokensMax: null, costNanoUsdMax } });
    expect(await counted(ceiling(2_200_000n), false, 1_000)).toEqual({ asked: ["exact"], calls: [["exact", 2, 1_100_000n]] });
    expect(await counted(ceiling(5_000_000n), false, 1_000)).toEqual({ asked: ["exact"], calls: [["exact", 2, 1_100_000n]] });
  });

  it("where bytes would hold five cents too much", async () => {
    expect((await counted({ inputTokensMax: 33_000 }, false, 8_000)).asked).toEqual([]);
    expect(await counted({ inputTokensMax: 34_000, fallbacks: [] }, false, 8_000)).toEqual({ asked: ["exact"], calls: [["exact", 2, 8_100_000n]] });
  });

  it("not again what the gate has counted", async () => {
    const again = input({ inputTokensMax: 8_000, inputTokens: new Map([["exact", 900]]) });
    expect((await planCounted(again, defaults, true, never)).options[0]?.plan[0]?.worstCaseNanoUsd).toBe(1_000_000n);
  });

  it("I2 no unfunded call: a count never makes the plan hold more than the bound, and covers what was counted", async () => {
    const size = fc.integer({ min: 0, max: 100_000 });
    await fc.assert(
      fc.asyncProperty(size, size, fc.boolean(), async (bytes, tokens, nearCap) => {
        const change = { inputTokensMax: bytes, fallbacks: [] };
        const byBytes = planFunding(input(change), defaults).options[0]?.plan[0]?.worstCaseNanoUsd ?? 0n;
        const [[, , held] = ["", 0, -1n]] = (await counted(change, nearCap, tokens)).calls ?? [];
        expect(held as bigint <= byBytes && held as bigint >= BigInt(Math.min(bytes, tokens) + 100) * 1_000n).toBe(true);
      }),
    );
  });
});
