import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { jest } from "@jest/globals";
import { type Analytics, ledgerEntryRows, migrate, openAnalytics } from "@leverframe/analytics";
import type { AnyMessage } from "@leverframe/contracts";
import type { BudgetStatus, Posting } from "@leverframe/events";
import { sha256 } from "@leverframe/nest";
import { compilePolicySet, formatPolicyError, type PolicySet } from "@leverframe/policy";
import { POLICY_FILES } from "../testing/policy-folder";
import { NOON_MICROS } from "../testing/statuses";
import { RunningEngine } from "./running-analytics";
import { SpendWatch } from "./spend-watch";

const HOUR = 3_600_000_000;
const USD = 1_000_000;
const SALES = "department:acme/Sales";

function policySet(alerts: string): PolicySet {
  const files = { ...POLICY_FILES, "alerts.yaml": alerts };
  const { ok, errors } = compilePolicySet(Object.entries(files).map(([name, text]) => ({ path: name, text })), sha256);
  if (!ok) throw new Error(errors.map(formatPolicyError).join("\n"));
  return ok;
}

/** One settlement, posted to the month of a scope. `settled` is what the account then stands at. */
function settled(id: number, scope: string, amount: number, settledAfter: number, at: number, cap: number | null = 50 * USD) {
  const posting: Posting = { scope, window: new Date(at / 1_000).toISOString().slice(0, 7), unit: "usd", cap, reservedDeltaMicroUsd: 0, settledDeltaMicroUsd: amount, reservedAfterMicroUsd: 0, settledAfterMicroUsd: settledAfter };
  return ledgerEntryRows({
    entryId: `${scope}.${id}`, sequence: id, kind: "settled", reservationId: "r", attemptId: "a", requestId: "q", tenant: "acme", amountMicroUsd: amount, costNanoUsd: 0n, status: "finished", postings: [posting], override: null, at,
  });
}

/** Two dollars a day in equal hours, up to noon of the 21st. */
function steady(scope: string, cap: number | null): ReturnType<typeof settled> {
  const first = Date.parse("2026-09-01T00:00:00Z") * 1_000;
  const perHour = Math.ceil((2 * USD) / 24);
  let month = "";
  let sum = 0;
  return Array.from({ length: (NOON_MICROS - first) / HOUR }, (_, index) => {
    const at = first + index * HOUR;
    const now = new Date(at / 1_000).toISOString().slice(0, 7);
    if (now !== month) [month, sum] = [now, 0];
    sum += perHour;
    return settled(index + 1, scope, perHour, sum, at, cap);
  }).flat();
}

describe("the watch over spend", () => {
  let dataDir: string;
  let analytics: Analytics;
  let engine: RunningEngine;
  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(tmpdir(), "leverframe-watch-"));
    analytics = openAnalytics({ path: path.join(dataDir, "analytics") });
    engine = new RunningEngine(dataDir);
    await expect(engine.current()).rejects.toMatchObject({ code: "unavailable" });
    await migrate(analytics);
    await put(steady(SALES, 50 * USD), steady("tenant:acme", 100 * USD), steady("user:acme/ann", null));
  });
  afterAll(async () => {
    await engine.close();
    await analytics.close();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  const put = async (...rows: readonly ReturnType<typeof settled>[]) => {
    const byTable = new Map<string, string[]>();
    for (const { table, rows: of } of rows.flat()) byTable.set(table, [...(byTable.get(table) ?? []), ...of.map((row) => JSON.stringify(row))]);
    for (const [table, lines] of byTable) await analytics.insert(table, lines);
  };

  function watchOf(alerts: string, nowMicros = NOON_MICROS) {
    const set = policySet(alerts);
    const published: BudgetStatus[] = [];
    const errors: unknown[] = [];
    const time = { micros: nowMicros };
    const watch = new SpendWatch({
      analytics: () => engine.current(),
      policy: { current: () => set, catalogOf: () => set.catalog },
      publish: (messages: readonly AnyMessage[]) => Promise.resolve(void published.push(...messages.map(({ event }) => event as BudgetStatus))),
      clock: { nowMicros: () => time.micros },
      watchMs: 1,
      onError: (error) => errors.push(error),
      onTooMany: (scopes) => errors.push(scopes),
    });
    return { watch, published, errors, time };
  }

  it("tells of a cap that will be reached before its window ends, with interval and day, once; not of one that will hold", async () => {
    const { watch, published, errors } = watchOf("forecast: {}");
    await watch.look();
    await watch.look();
    expect(errors).toEqual([]);
    expect(published).toMatchObject([{ eventId: `${SALES}.2026-11.${50 * USD}.forecast`, kind: "forecast", scope: SALES, window: "2026-11", unit: "usd", cap: 50 * USD, capMicroUsd: 50 * USD, thresholdPercent: 120 }]);
    const [{ observed, expectedLow, expectedHigh, exhaustedAt, settled: spent }] = published as [BudgetStatus];
    expect(Math.abs(observed / USD - 60)).toBeLessThan(0.5);
    expect(expectedLow).toBeLessThanOrEqual(observed);
    expect(expectedHigh).toBeGreaterThanOrEqual(observed);
    expect(Math.round(spent / USD)).toBe(41);
    expect(new Date(exhaustedAt! / 1_000).toISOString().slice(0, 10)).toBe("2026-11-25");
  });

  it("another instance finds the same ids, so that a channel is told once", async () => {
    const [one, two] = [watchOf("forecast: {}"), watchOf("forecast: {}")];
    await Promise.all([one.watch.look(), two.watch.look()]);
    expect(one.published.map(({ eventId }) => eventId)).toEqual(two.published.map(({ eventId }) => eventId));
  });

  it("tells of an hour that takes far more than such hours do, while it runs, in the scopes that are named", async () => {
    const { watch, published, errors, time } = watchOf('anomaly: { usdMin: 1, scopes: "user:acme/*" }', NOON_MICROS + HOUR / 2);
    await watch.look();
    expect(published).toEqual([]);
    await put(settled(9_000, "user:acme/ann", 3 * USD, 44 * USD, NOON_MICROS + HOUR / 3, null), settled(9_001, SALES, 3 * USD, 44 * USD, NOON_MICROS + HOUR / 3));
    await watch.look();
    await watch.look();
    expect(errors).toEqual([]);
    expect(published).toMatchObject([{ kind: "anomaly", scope: "user:acme/ann", window: "2026-11-21T12", observed: 3 * USD }]);
    await put(settled(9_002, "user:acme/ann", 20 * USD, 64 * USD, NOON_MICROS + HOUR / 2, null));
    time.micros += HOUR / 4;
    await watch.look();
    expect(published.map(({ eventId }) => eventId)).toHaveLength(2);
    expect(published[1]).toMatchObject({ scope: "user:acme/ann", observed: 23 * USD });
    await put(settled(9_003, "user:acme/ann", 5 * USD, 69 * USD, NOON_MICROS + HOUR * 1.5, null));
    time.micros += 3 * HOUR;
    await watch.look();
    await watch.look();
    expect(published.slice(2)).toMatchObject([{ window: "2026-11-21T13", observed: 5 * USD }]);
  });

  it("says nothing where nobody asked, and goes on after analytics was away", async () => {
    const silent = watchOf("channels: {}");
    await silent.watch.look();
    expect(silent.published).toEqual([]);
    const away = watchOf("forecast: {}");
    const gone = jest.spyOn(engine, "current").mockRejectedValueOnce(new Error("away"));
    await away.watch.look();
    expect(away.errors).toHaveLength(1);
    gone.mockRestore();
    await away.watch.look();
    expect(away.published).toHaveLength(1);
  });

  it("looks by itself until it is stopped", async () => {
    const { watch, published } = watchOf("forecast: {}");
    watch.start();
    while (published.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await watch.stop();
  });
});
