import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Registry } from "prom-client";
import { parse } from "yaml";
import { alertCounter } from "./alert-metrics";

const FOLDER = path.join(import.meta.dirname, "../../../deploy/prometheus");

interface RulesFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

describe("the alert rules about alerts", () => {
  it("speak of the metric that the notifier exposes, and of results that it has", async () => {
    const registry = new Registry();
    const counted = alertCounter(registry);
    for (const result of ["delivered", "failed", "given_up"] as const) counted("chat", result);
    counted("chat", "failed");
    const text = await registry.metrics();
    expect(text).toContain('leverframe_alerts_total{channel="chat",result="failed"} 2');
    const { groups } = parse(readFileSync(path.join(FOLDER, "leverframe-alerts.rules.yaml"), "utf8")) as RulesFile;
    const asked = groups.flatMap(({ rules }) => rules.flatMap(({ expr }) => expr.match(/leverframe_\w+\{result="\w+"\}/g) ?? []));
    expect(asked.length).toBe(3);
    for (const selector of asked) {
      const [name, result] = selector.split("{") as [string, string];
      expect(text).toMatch(new RegExp(`${name}\\{channel="chat",${result}`));
    }
  });

  it("fire when they should, where promtool is installed", () => {
    const { status, error, stderr } = spawnSync("promtool", ["test", "rules", "leverframe-alerts.rules.test.yaml"], { cwd: FOLDER, encoding: "utf8" });
    if (error) return expect((error as NodeJS.ErrnoException).code).toBe("ENOENT");
    expect([status, stderr]).toEqual([0, ""]);
  });
});
