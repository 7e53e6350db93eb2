import { readFileSync } from "node:fs";
import path from "node:path";
import { registerPolicyMetrics } from "@leverframe/wiring";
import { Registry } from "prom-client";
import { parse } from "yaml";
import { ROOT } from "../support/installation";

const FOLDER = path.join(ROOT, "deploy", "prometheus");

interface RulesFile {
  readonly groups: readonly { readonly rules: readonly { readonly record?: string; readonly alert?: string; readonly expr: string }[] }[];
}

describe("the alert rules about policies", () => {
  it("speak of metrics that every instance with policies exposes, and of labels that they have", async () => {
    const registry = new Registry();
    const provenance = { actor: "a", actorSource: "os", commit: null, ref: null, dirty: false } as const;
    const status = { version: "v", catalogVersion: "c", provenance, activeSinceMicros: 0, refusedSinceMicros: 1_000_000, changes: 2, refusals: 3, reloadSeconds: null };
    registerPolicyMetrics(registry, { status: () => status }, { nowMicros: () => 91_000_000 });
    const text = await registry.metrics();
    expect(text).toContain('leverframe_policy_info{policy_version="v",catalog_version="c",git_commit=""} 1');
    expect(text).toContain("leverframe_policy_refused_seconds 90");
    expect(text).toContain('leverframe_policy_reloads_total{result="refused"} 3');

    const { groups } = parse(readFileSync(path.join(FOLDER, "leverframe.rules.yaml"), "utf8")) as RulesFile;
    const rules = groups.flatMap((group) => group.rules);
    const named = rules.flatMap(({ expr }) => expr.match(/leverframe_\w+/g) ?? []);
    const exposed = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((name) => !exposed.includes(name))).toEqual([]);
  });

  it("compare what instances decide with (over time: test/operations)", () => {
    const { groups } = parse(readFileSync(path.join(FOLDER, "leverframe.rules.yaml"), "utf8")) as RulesFile;
    const rules = groups.flatMap((group) => group.rules);
    const divergence = rules.find(({ alert }) => alert === "LeverframePolicyDivergence");
    expect(divergence).toMatchObject({ expr: "leverframe:policy_versions:count > 1", for: "1m" });
    expect(rules.find(({ record }) => record === "leverframe:policy_versions:count")?.expr).toContain("count by (policy_version, catalog_version) (leverframe_policy_info)");
  });
});
