import { readFileSync } from "node:fs";
import path from "node:path";
import { Registry } from "prom-client";
import { parse } from "yaml";
import { registerDeferralMetrics } from "./deferral-metrics";
import { registerLedgerMetrics } from "./ledger-metrics";

const FOLDER = path.resolve(import.meta.dirname, "../../../deploy/prometheus");

interface RulesFile {
  readonly groups: readonly { readonly rules: readonly { readonly record?: string; readonly alert?: string; readonly expr: string; readonly for?: string }[] }[];
}

const { groups } = parse(readFileSync(path.join(FOLDER, "leverframe-ledger.rules.yaml"), "utf8")) as RulesFile;
const rules = groups.flatMap((group) => group.rules);

describe("the alert rules about the ledger", () => {
  it("speak of metrics that every budget-ledger exposes, and of labels that they have", async () => {
    const registry = new Registry();
    const asked = { uncleared: () => Promise.resolve({ count: 1, oldestReservedAtMicros: 1_000_000 }), counts: () => Promise.resolve({ accounts: 1, records: 1 }) };
    const metrics = registerLedgerMetrics(registry, asked, { nowMicros: () => 91_000_000 });
    const reservation = { reservationId: "r", requestId: "q", tenant: "acme", reservedAtMicros: 1, openMicroUsd: 1, inFlightMicroUsd: 1, released: false, restored: false, attempts: [] };
    metrics.swept({ reservation, steps: [{ step: "settle", attemptId: "a", chargeMicroUsd: 1, chargeTokens: 0, costNanoUsd: 1_000n, basis: "unseen" }] });
    registerDeferralMetrics(registry, { waiting: () => Promise.resolve({ count: 1, oldestParkedAtMicros: 1_000_000 }) }, { nowMicros: () => 91_000_000 }).left("deadline");
    const text = await registry.metrics();
    expect(text).toContain('leverframe_deferred_left_total{how="deadline"} 1');
    expect(text).toContain("leverframe_ledger_uncleared_oldest_seconds 90");
    expect(text).toContain('leverframe_ledger_swept_total{step="settled_unseen"} 1');
    const named = rules.flatMap(({ expr }) => expr.match(/leverframe_\w+/g) ?? []);
    const exposed = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((name) => !exposed.includes(name))).toEqual([]);
  });

  it("fire for what the sweeper cannot end, and not for what it is there for", () => {
    const uncleared = rules.find(({ alert }) => alert === "LeverframeLedgerUncleared");
    // Above `ledger.abandonedRequestSeconds`, after which the sweeper ends a reservation.
    expect(uncleared).toMatchObject({ expr: "leverframe:ledger_uncleared_oldest_seconds:max > 3 * 3600", for: "5m" });
  });
});
