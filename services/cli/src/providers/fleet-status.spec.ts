import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadConfig } from "@leverframe/nest";
import { openHealthStore } from "@leverframe/wiring";
import { policySetOf } from "../installation";
import { fleetStatus } from "./fleet-status";

const NOON = 1_800_000_000_000_000;

describe("leverframe providers health", () => {
  it("shows what executors have told each other, and that nothing speaks against the rest", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "health-"));
    try {
      const config = loadConfig({ env: {}, overrides: { dataDir: dir } });
      const { catalog } = policySetOf(config);
      const store = openHealthStore(config);
      const report = (instance: string, inFlight: number, latencyMicros: number) => ({
        instance, deployment: "openai/gpt-5.4", degraded: false, heldUntilMicros: 0, ejectedUntilMicros: 0, inFlight, latencyMicros, atMicros: NOON,
        breaker: { kind: "open" as const, sinceMicros: NOON, openedAtMicros: NOON, untilMicros: NOON + 2_000_000, openings: 2 },
      });
      await store.exchange({ instance: "a", nowMicros: NOON, sinceRevision: 0, demands: [], reports: [report("a", 3, 200_000), report("b", 4, 400_000)] });
      const found = await fleetStatus(catalog, store, { nowMicros: () => NOON + 1_000 });
      await store.close();
      expect(found.find(({ deployment }) => deployment === "openai/gpt-5.4")).toMatchObject({ provider: "openai", band: "down", breaker: "open", inFlight: 7, latencyMs: 300, untilMicros: NOON + 2_000_000 });
      expect(found.filter(({ band }) => band === "ok")).toHaveLength(catalog.deployments.length - 1);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
