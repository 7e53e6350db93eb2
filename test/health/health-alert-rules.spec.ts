import { readFileSync } from "node:fs";
import path from "node:path";
import { HEALTH_TERMS, HealthBook } from "@leverframe/health";
import { registerHealthMetrics, registerKeyMetrics } from "@leverframe/wiring";
import { Registry } from "prom-client";
import { parse } from "yaml";
import { ROOT } from "../support/installation";

const FOLDER = path.join(ROOT, "deploy", "prometheus");

interface RulesFile {
  readonly groups: readonly { readonly rules: readonly { readonly record?: string; readonly alert?: string; readonly expr: string }[] }[];
}

const rules = (parse(readFileSync(path.join(FOLDER, "leverframe-health.rules.yaml"), "utf8")) as RulesFile).groups.flatMap((group) => group.rules);

describe("the alert rules about providers", () => {
  it("speak of metrics that executors expose, and of labels and causes that they have", async () => {
    const registry = new Registry();
    const clock = { nowMicros: () => 1_000_000 };
    const book = new HealthBook({ instance: "one", terms: HEALTH_TERMS, random: () => 0 });
    registerHealthMetrics(registry, book, clock);
    const quarantine = { provider: "p", deployment: "p/m", place: "env:KEY", reason: "auth" } as const;
    registerKeyMetrics(registry, { quarantined: () => [quarantine] } as unknown as Parameters<typeof registerKeyMetrics>[1]);
    const text = await registry.metrics();
    expect(text).toContain('leverframe_provider_key_quarantined{provider="p",deployment="p/m",place="env:KEY",reason="auth"} 1');
    const exposed = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    const named = rules.flatMap(({ expr }) => expr.match(/\bleverframe_\w+/g) ?? []);
    expect(named.length).toBeGreaterThanOrEqual(3);
    expect(named.filter((name) => !exposed.includes(name))).toEqual([]);
    const recorded = rules.flatMap(({ record }) => record ?? []);
    expect(rules.flatMap(({ expr }) => expr.match(/leverframe:[\w:]+/g) ?? []).filter((name) => !recorded.includes(name))).toEqual([]);
  });
});
