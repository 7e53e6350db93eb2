import type { Deployment } from "@leverframe/catalog";
import fc from "fast-check";
import { type SelectionHealth, shareOut } from "./share-out";

const deploymentOf = (id: string, distribution: object | null, fields: Partial<Deployment> = {}) =>
  ({ deployment: { id, region: "us", model: { id: "m", ...(distribution ? { distribution } : {}) }, ...fields } as unknown as Deployment });
const healthOf = (bands: Record<string, "ok" | "degraded" | "down">, loads: Record<string, number> = {}): SelectionHealth => ({ bandOf: (id) => bands[id] ?? "ok", loadOf: (id) => loads[id] ?? 0 });
const firsts = (equals: ReturnType<typeof deploymentOf>[], health: SelectionHealth | null, requests = 4_000): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (let request = 0; request < requests; request++) {
    const id = shareOut(equals, `01890a5d-ac96-774b-bcce-${String(request).padStart(12, "0")}`, health)[0]!.deployment.id;
    counts[id] = (counts[id] ?? 0) + 1 / requests;
  }
  return counts;
};

describe("sharing calls out among a model's deployments", () => {
  it("without a word keeps the order of cost", () => {
    expect(firsts(["a", "b"].map((id) => deploymentOf(id, null)), healthOf({}))).toEqual({ a: expect.closeTo(1) });
  });

  it("by weight gives each its part, and nothing to what weighs nothing", () => {
    const weighted = { strategy: "weighted", regions: [] };
    const counts = firsts([deploymentOf("a", weighted, { weight: 3 }), deploymentOf("b", weighted), deploymentOf("c", weighted, { weight: 0 })], null);
    expect(counts["a"]).toBeGreaterThan(0.72);
    expect(counts["a"]).toBeLessThan(0.78);
    expect(counts["c"]).toBeUndefined();
  });

  it("by load avoids the busiest, and shares out what is equally busy", () => {
    const loaded = { strategy: "least_loaded", regions: [] };
    const three = ["a", "b", "c"].map((id) => deploymentOf(id, loaded));
    expect(firsts(three, healthOf({}, { a: 9, b: 1, c: 1 }))["a"]).toBeUndefined();
    for (const share of Object.values(firsts(three, healthOf({})))) expect(share).toBeCloseTo(1 / 3, 1);
  });

  it("puts preferred regions first, whatever they cost, while they are well", () => {
    const near = { strategy: "cheapest", regions: ["eu"] };
    const two = [deploymentOf("us", near), deploymentOf("eu", near, { region: "eu" })];
    expect(firsts(two, healthOf({}))).toEqual({ eu: expect.closeTo(1) });
    expect(firsts(two, healthOf({ eu: "degraded" }))["us"]).toBeGreaterThan(0.7);
  });

  it("leaves a degraded one a small share, so that its recovery is seen", () => {
    const counts = firsts(["a", "b"].map((id) => deploymentOf(id, null)), healthOf({ a: "degraded" }));
    expect(counts["a"]).toBeGreaterThan(0.2);
    expect(counts["a"]).toBeLessThan(0.3);
  });

  it("loses and invents nobody, and says the same for the same request", () => {
    const one = fc.record({ weight: fc.integer({ min: 0, max: 5 }), region: fc.constantFrom("eu", "us"), band: fc.constantFrom("ok" as const, "degraded" as const), load: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), fc.uuid(), fc.constantFrom("cheapest", "weighted", "least_loaded"), (sketches, requestId, strategy) => {
        const equals = sketches.map(({ weight, region }, index) => deploymentOf(String(index), { strategy, regions: ["eu"] }, { weight, region }));
        const health: SelectionHealth = { bandOf: (id) => sketches[Number(id)]!.band, loadOf: (id) => sketches[Number(id)]!.load };
        const ordered = shareOut(equals, requestId, health);
        expect(new Set(ordered)).toEqual(new Set(equals));
        expect(shareOut(equals, requestId, health)).toEqual(ordered);
      }),
    );
  });
});
