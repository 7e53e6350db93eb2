import { type Catalog, type Deployment, type Guardrails, takesNewVersion } from "@leverframe/catalog";
import type { Classification, Round } from "@leverframe/events";
import type { Permit } from "@leverframe/permit";
import fc from "fast-check";
import { type SelectionInput, select } from "./select";
import type { SelectionHealth } from "./share-out";

const NONE: Guardrails = { successRateMin: null, latencyMsMax: null };

interface Given {
  readonly percent?: number;
  readonly guardrails?: Guardrails;
  readonly newQuality?: number;
  readonly newUsd?: bigint;
}

/** `old` is rolled out to `new`; `other` is dearer and better. */
function catalogOf({ percent = 50, guardrails = NONE, newQuality = 0.8, newUsd = 2n }: Given): Catalog {
  const deployment = (id: string, quality: number, usd: bigint, more: object = {}): Deployment => {
    const rate = usd * 1_000_000_000n;
    return {
      id, providerModel: id, region: "us", tags: [], latencyMs: 500,
      provider: { id: "p", api: "openai", baseUrl: null, apiKeyEnv: null },
      model: { id, tier: "standard", licence: "commercial", contextTokensMax: 100_000, outputTokensMax: 8_000, capabilities: [], quality: { default: quality } },
      price: { inputNanoUsd: rate, cachedInputNanoUsd: rate, outputNanoUsd: rate },
      ...more,
    };
  };
  const deployments = [deployment("old", 0.8, 1n, { rollout: { to: "new", percent, guardrails } }), deployment("new", newQuality, newUsd), deployment("other", 0.9, 9n)];
  return { version: "c", deployments, byId: new Map(deployments.map((one) => [one.id, one])) };
}

function inputOf(requestId: string, given: Given = {}, changes: Partial<Permit> = {}, health?: SelectionHealth): SelectionInput {
  const candidates = ["old", "new", "other"].map((id) => ({ id, region: "us", inputNanoUsdMax: 0n, outputNanoUsdMax: 0n, preference: 0 }));
  const permit = { requestId, candidates, escalation: [], degradation: [], obligations: { qualityFloor: 0.7 }, ...changes } as unknown as Permit;
  const classification = { taskType: "chat", taskConfidence: 0.8, complexity: "simple", promptBytes: 400, inputTokensMax: 500, capabilities: [] } as unknown as Classification;
  return { permit, catalog: catalogOf(given), classification, earlier: [], outputTokensMax: null, ...(health ? { health } : {}) };
}

const ids = Array.from({ length: 1_000 }, (_, index) => `request-${index}`);
const early = ids.find((id) => takesNewVersion(id, "old", 50))!;
const late = ids.find((id) => !takesNewVersion(id, "old", 50))!;
const well = (measured?: { successRate: number | null; latencyMs: number | null }): SelectionHealth => ({ bandOf: () => "ok", loadOf: () => 0, ...(measured ? { measuredOf: () => measured } : {}) });

describe("a version that is rolled out step by step", () => {
  it("takes the old one's place for its share of the requests, and falls back to it", () => {
    expect(select(inputOf(early))).toMatchObject({ choice: "new", fallbacks: ["old", "other"], excluded: [], reason: expect.stringMatching(/; new version of `old`$/) });
  });

  it("is left out for all others, also as a fallback and where it is cheaper", () => {
    const selection = select(inputOf(late, { newUsd: 0n }));
    expect(selection).toMatchObject({ choice: "old", fallbacks: ["other"], excluded: [{ candidate: "new", cause: "rollout_share" }] });
  });

  it.each([0, 10, 100])("gets %s %% of them, always the same ones", (percent) => {
    const choices = ids.map((id) => select(inputOf(id, { percent }))?.choice);
    expect(ids.map((id) => select(inputOf(id, { percent }))?.choice)).toEqual(choices);
    expect(Math.abs(choices.filter((choice) => choice === "new").length / ids.length - percent / 100)).toBeLessThan(0.03);
  });

  it.each<[string, string | null, Given, SelectionHealth | undefined]>([
    ["nobody has measured it", null, { guardrails: { successRateMin: 0.95, latencyMsMax: 100 } }, well({ successRate: null, latencyMs: null })],
    ["it is well", null, { guardrails: { successRateMin: 0.95, latencyMsMax: 100 } }, well({ successRate: 0.95, latencyMs: 100 })],
    ["too few calls succeed", "success_rate", { guardrails: { successRateMin: 0.95, latencyMsMax: null } }, well({ successRate: 0.94, latencyMs: 1 })],
    ["it is too slow", "latency", { guardrails: { successRateMin: null, latencyMsMax: 100 } }, well({ successRate: 1, latencyMs: 101 })],
    ["its health is not what it should be", "health", {}, { ...well(), bandOf: (id) => (id === "new" ? "degraded" : "ok") }],
    ["it is not good enough for the task", "quality", { newQuality: 0.6 }, well()],
  ])("goes back to the old one outside its guardrails: %s", (_name, broken, given, health) => {
    const selection = select(inputOf(early, given, {}, health));
    expect(selection?.choice).toBe(broken === null ? "new" : "old");
    expect(selection?.excluded).toEqual(broken === null ? [] : [{ candidate: "new", cause: `rollout_guardrail:${broken}` }]);
  });

  it("stands on the ladders where the old one stands", () => {
    const round: Round = { selection: { choice: "other" } as Round["selection"], funding: null, attempts: [], evaluation: null, opinionPermit: null };
    const laddered = { ...inputOf(early, {}, { escalation: [["other"], ["old"]] }), earlier: [round] };
    expect(select(laddered)).toMatchObject({ choice: "new" });
  });

  it("I1 no forbidden call: is taken only where the permit has both", () => {
    const only = (...permitted: string[]) => {
      const input = inputOf(early);
      return select({ ...input, permit: { ...input.permit, candidates: input.permit.candidates.filter(({ id }) => permitted.includes(id)) } });
    };
    expect(only("old", "other")).toMatchObject({ choice: "old", excluded: [] });
    expect(only("new", "other")).toMatchObject({ choice: "new", fallbacks: ["other"] });
  });

  it("I1 no forbidden call: nothing outside the permit is ever chosen, whatever the rollout, the ladders and the health", () => {
    const subset = fc.subarray(["old", "new", "other"]);
    const band = fc.constantFrom("ok" as const, "degraded" as const, "down" as const);
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 100 }), subset, fc.array(subset, { maxLength: 2 }), band, (id, percent, permitted, ladder, newBand) => {
        const input = inputOf(id, { percent }, { degradation: ladder }, { ...well(), bandOf: (one) => (one === "new" ? newBand : "ok") });
        const candidates = input.permit.candidates.filter((one) => permitted.includes(one.id));
        const selection = select({ ...input, permit: { ...input.permit, candidates } });
        for (const one of selection ? [selection.choice, ...selection.fallbacks] : []) expect(permitted).toContain(one);
        expect(selection === null).toBe(permitted.length === 0);
      }),
    );
  });
});
