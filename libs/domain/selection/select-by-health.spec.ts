import type { Catalog, Deployment } from "@leverframe/catalog";
import type { Classification } from "@leverframe/events";
import type { Permit } from "@leverframe/permit";
import { type SelectionInput, select } from "./select";

type Sketch = readonly [id: string, model: string, quality: number, usd: number];
type Bands = Readonly<Record<string, "ok" | "degraded" | "down">>;

const deploymentOf = ([id, model, quality, usd]: Sketch): Deployment => {
  const nano = BigInt(Math.round(usd * 1e9));
  return {
    id, providerModel: id, region: "us", tags: [], latencyMs: 500,
    provider: { id: id.split("/")[0]!, api: "openai", baseUrl: null, apiKeyEnv: null },
    model: { id: model, tier: "standard", licence: "commercial", contextTokensMax: 100_000, outputTokensMax: 8_000, capabilities: [], quality: { default: quality } },
    price: { inputNanoUsd: nano, cachedInputNanoUsd: nano, outputNanoUsd: nano },
  };
};

const SKETCHES: readonly Sketch[] = [
  ["p/small", "small", 0.6, 0.1],
  ["p/premium", "premium", 0.95, 5],
  ["q/premium", "premium", 0.95, 6],
  ["q/middle", "middle", 0.8, 8],
];

function chosen(bands: Bands, { floor = 0.9, degradation = [] as string[][] } = {}) {
  const deployments = SKETCHES.map(deploymentOf);
  const catalog: Catalog = { version: "c", deployments, byId: new Map(deployments.map((one) => [one.id, one])) };
  const permit = {
    requestId: "r", candidates: deployments.map(({ id, region }) => ({ id, region, inputNanoUsdMax: 0n, outputNanoUsdMax: 0n, preference: 0 })),
    escalation: [], degradation, obligations: { qualityFloor: floor },
  } as unknown as Permit;
  const classification = { taskType: "chat", taskConfidence: 0.8, complexity: "simple", promptBytes: 400, inputTokensMax: 500, capabilities: [] } as unknown as Classification;
  const input: SelectionInput = { permit, catalog, classification, earlier: [], outputTokensMax: null, health: { bandOf: (id) => bands[id] ?? "ok", loadOf: () => 0 } };
  return select(input)!;
}

describe("a selection that sees the health of deployments", () => {
  it.each<[string, Bands, string]>([
    ["all are well", {}, "p/premium"],
    ["the cheapest is down", { "p/premium": "down" }, "q/premium"],
    ["every one that reaches the floor is down: the best that is not", { "p/premium": "down", "q/premium": "down" }, "q/middle"],
    ["all are down: as if none were, the call will ask again", { "p/small": "down", "p/premium": "down", "q/premium": "down", "q/middle": "down" }, "p/premium"],
  ])("when %s", (_, bands, choice) => {
    expect(chosen(bands).choice).toBe(choice);
  });

  it("names those that are down among the excluded", () => {
    expect(chosen({ "p/premium": "down" }).excluded).toContainEqual({ candidate: "p/premium", cause: "deployment_down" });
  });

  it("steps down the route's degradation ladder when every premium path is down, and not before", () => {
    const degradation = [["p/small"], ["q/middle"]];
    expect(chosen({ "p/premium": "down" }, { degradation })).toMatchObject({ choice: "q/premium", strategy: "cheapest_adequate" });
    const bands: Bands = { "p/premium": "down", "q/premium": "down" };
    expect(chosen(bands, { degradation })).toMatchObject({ choice: "p/small", fallbacks: ["q/middle"], strategy: "degradation_ladder" });
    expect(chosen({ ...bands, "p/small": "down" }, { degradation })).toMatchObject({ choice: "q/middle" });
  });
});
