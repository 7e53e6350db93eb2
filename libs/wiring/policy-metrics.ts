import type { Clock } from "@leverframe/kernel";
import type { WatchedPolicy } from "@leverframe/policy-source";
import { Counter, Gauge, type Registry } from "prom-client";

const MICROS_PER_SECOND = 1_000_000;

/**
 * What this instance decides with. No instance knows the others, whoever scrapes them all does: instances that differ are
 * found by counting the distinct versions of `leverframe_policy_info` (deploy/prometheus/leverframe.rules.yaml).
 */
export function registerPolicyMetrics(registry: Registry, policy: Pick<WatchedPolicy, "status">, clock: Clock): void {
  const registers = [registry];
  new Gauge({
    name: "leverframe_policy_info",
    help: "1 for the policy set and the catalog in force",
    labelNames: ["policy_version", "catalog_version", "git_commit"],
    registers,
    collect() {
      const { version, catalogVersion, provenance } = policy.status();
      this.reset();
      this.set({ policy_version: version, catalog_version: catalogVersion, git_commit: provenance.commit ?? "" }, 1);
    },
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("leverframe_policy_refused_seconds", "How long the place of the policy set has held one that was refused; 0: it holds the active one", () => {
    const { refusedSinceMicros } = policy.status();
    return refusedSinceMicros === null ? 0 : (clock.nowMicros() - refusedSinceMicros) / MICROS_PER_SECOND;
  });
  gauge("leverframe_policy_active_since_seconds", "When the policy set in force took effect, seconds since the epoch", () => policy.status().activeSinceMicros / MICROS_PER_SECOND);
  gauge("leverframe_policy_reload_seconds", "What the last change of the policy set took, from reading to swap; 0 before the first", () => policy.status().reloadSeconds ?? 0);
  new Counter({
    name: "leverframe_policy_reloads_total",
    help: "Policy sets that were found and checked since the start",
    labelNames: ["result"],
    registers,
    collect() {
      const { changes, refusals } = policy.status();
      this.reset();
      this.inc({ result: "changed" }, changes);
      this.inc({ result: "refused" }, refusals);
    },
  });
}
