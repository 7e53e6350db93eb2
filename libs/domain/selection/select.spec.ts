import type { Catalog, Deployment, Tier } from "@leverframe/catalog";
import type { Classification, Round } from "@leverframe/events";
import type { Obligations, Permit } from "@leverframe/permit";
import fc from "fast-check";
import { type SelectionInput, select } from "./select";

interface Sketch { id: string; quality: number; usd: number; provider?: string; tier?: Tier }

const deploymentOf = ({ id, quality, usd, provider = "p1", tier = "standard" }: Sketch): Deployment => {
  const nano = BigInt(Math.round(usd * 1e9));
  return {
    id, providerModel: id, region: "us", tags: [], latencyMs: 500,
    provider: { id: provider, api: "openai", baseUrl: null, apiKeyEnv: null },
    model: { id, tier, licence: "commercial", contextTokensMax: 100_000, outputTokensMax: 8_000, capabilities: [], quality: { default: quality } },
    price: { inputNanoUsd: nano, cachedInputNanoUsd: nano, outputNanoUsd: nano * 4n },
  };
};
const catalogOf = (sketches: Sketch[]): Catalog => {
  const deployments = sketches.map(deploymentOf);
  return { version: "c1", deployments, byId: new Map(deployments.map((deployment) => [deployment.id, deployment])) };
};
const classification = {
  taskType: "chat", taskConfidence: 0.8, complexity: "simple", promptBytes: 400, inputTokensMax: 500, capabilities: [],
} as unknown as Classification;
const inputOf = (sketches: Sketch[], floor: number, permitted = sketches.map(({ id }) => id), preferred: string[] = []): SelectionInput => ({
  catalog: catalogOf(sketches),
  classification,
  earlier: [],
  outputTokensMax: null,
  permit: {
    candidates: permitted.map((id) => ({ id, region: "us", inputNanoUsdMax: 0n, outputNanoUsdMax: 0n, preference: preferred.includes(id) ? 1 : 0 })),
    escalation: [],
    degradation: [],
    obligations: { qualityFloor: floor } as Obligations,
  } as unknown as Permit,
});
const failedRound = (choice: string): Round => ({ selection: { choice } as Round["selection"], funding: null, attempts: [], evaluation: null, opinionPermit: null });

const THREE: Sketch[] = [
  { id: "small", quality: 0.6, usd: 0.1 },
  { id: "middle", quality: 0.8, usd: 1, provider: "p2" },
  { id: "large", quality: 0.95, usd: 10 },
];

describe("select", () => {
  it.each([
    [0.5, "small"],
    [0.7, "middle"],
    [0.9, "large"],
  ])("takes the cheapest permitted candidate that reaches the floor %d: %s", (floor, choice) => {
    expect(select(inputOf(THREE, floor))).toMatchObject({ choice, strategy: "cheapest_adequate" });
  });

  it("leaves out what cannot do what the request needs, by the catalog at hand", () => {
    const input = inputOf(THREE, 0.5);
    const able = input.catalog.byId.get("large")!;
    const catalog = { ...input.catalog, byId: new Map([...input.catalog.byId, ["large", { ...able, model: { ...able.model, capabilities: ["vision"] } }]]) };
    const selection = select({ ...input, catalog, classification: { ...classification, capabilities: ["vision"] } });
    expect(selection).toMatchObject({ choice: "large", excluded: [{ candidate: "small", cause: "lacks:vision" }, { candidate: "middle", cause: "lacks:vision" }] });
  });

  it("names what it left out, with the cause", () => {
    expect(select(inputOf(THREE, 0.9))!.excluded).toEqual([
      { candidate: "small", cause: "below_quality_floor" },
      { candidate: "middle", cause: "below_quality_floor" },
    ]);
  });

  it("lets the policy's preference outrank the price", () => {
    expect(select(inputOf(THREE, 0.5, undefined, ["large"]))!.choice).toBe("large");
  });

  it("puts another provider first in the fallback chain", () => {
    expect(select(inputOf(THREE, 0.5))!.fallbacks).toEqual(["middle", "large"]);
    expect(select(inputOf([...THREE].reverse(), 0.9, ["large", "middle", "small"]))!.fallbacks).toEqual([]);
  });

  it("takes the best when none reaches the floor, and says so", () => {
    expect(select(inputOf(THREE.slice(0, 2), 0.9))).toMatchObject({ choice: "middle", reason: expect.stringContaining("no permitted candidate reaches") });
  });

  it("after an escalation takes only what is better than every failed candidate", () => {
    const input = inputOf(THREE, 0.5);
    expect(select({ ...input, earlier: [failedRound("middle")] })!.choice).toBe("large");
    expect(select({ ...input, earlier: [failedRound("middle"), failedRound("large")] })).toBeNull();
  });

  describe("follows the ladders of the route", () => {
    const laddered = (ladders: Partial<Pick<Permit, "escalation" | "degradation">>, failed: readonly string[] = []): SelectionInput => {
      const input = inputOf([...THREE, { id: "other", quality: 0.7, usd: 2 }], 0.5);
      return { ...input, permit: { ...input.permit, ...ladders }, earlier: failed.map(failedRound) };
    };
    const escalation = [["small"], ["other", "middle"], ["large"]];

    it.each([
      [[], "small"],
      [["small"], "middle"],
      [["small", "middle"], "large"],
      [["other"], "large"],
      [["stranger"], "small"],
      [["small", "large"], undefined],
    ])("after %j failed it escalates to %s", (failed, choice) => {
      expect(select(laddered({ escalation }, failed))?.choice).toBe(choice);
    });

    it("names what is not on the next rung", () => {
      expect(select(laddered({ escalation }, ["small"]))?.excluded).toEqual([
        { candidate: "small", cause: "not_next_on_ladder" },
        { candidate: "large", cause: "not_next_on_ladder" },
      ]);
    });

    it("falls back in the order of the degradation ladder, then in its own", () => {
      expect(select(laddered({ degradation: [["large"], ["other"]] }))?.fallbacks).toEqual(["large", "other"]);
      expect(select(laddered({ degradation: [["other"]] }))?.fallbacks).toEqual(["other", "middle"]);
    });
  });

  it("I1 no forbidden call: chooses nothing that the permit does not name, whatever the catalog holds", () => {
    const sketch = fc.record({ id: fc.stringMatching(/^[a-z]{1,6}$/), quality: fc.double({ min: 0, max: 1, noNaN: true }), usd: fc.double({ min: 0, max: 50, noNaN: true }) });
    fc.assert(
      fc.property(fc.uniqueArray(sketch, { selector: ({ id }) => id, maxLength: 8 }), fc.array(fc.stringMatching(/^[a-z]{1,6}$/)), fc.double({ min: 0, max: 1, noNaN: true }), (sketches, strangers, floor) => {
        const permitted = [...sketches.filter((_, index) => index % 2 === 0).map(({ id }) => id), ...strangers];
        const selection = select(inputOf(sketches, floor, permitted));
        for (const id of selection === null ? [] : [selection.choice, ...selection.fallbacks]) expect(permitted).toContain(id);
      }),
    );
  });
});
