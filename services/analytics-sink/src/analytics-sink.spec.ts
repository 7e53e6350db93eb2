import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Analytics, lossAccount, report } from "@leverframe/analytics";
import { message } from "@leverframe/contracts";
import type { BudgetStatus, Decision, Feedback, LedgerEntry } from "@leverframe/events";
import { type ConfigOverrides, createStageApp, type StageApp } from "@leverframe/nest";
import { AnalyticsSinkModule } from "./analytics-sink.module";
import { ANALYTICS } from "./tokens";

const NOON_MICROS = 1_773_576_000_000_000;
const DECISIONS = 400;

/** The least that is a decision; libs/analytics tests what its columns mean. */
const decisionOf = (id: string, over: Partial<Decision> = {}): Decision => ({
  meta: { eventId: `${id}.decision.0`, requestId: id, causationId: `${id}.classified.0`, round: 0, occurredAt: NOON_MICROS },
  origin: { application: "crm", tenant: "acme", department: "sales", user: null, receivedAt: NOON_MICROS, deadlineAt: NOON_MICROS, requestDigest: "d" },
  status: "refused",
  refusal: { code: "no_permitted_candidate", message: "none", rules: [], candidates: [] },
  attributes: {},
  route: null,
  routeNamed: null,
  maxOutputTokens: null,
  retentionDaysMax: null,
  classification: null,
  permit: null,
  policyVersion: "pv",
  catalogVersion: "cv",
  permitted: [],
  rules: [],
  rounds: [],
  costNanoUsd: 3n,
  baselineNanoUsd: 0n,
  ossShare: 0,
  success: false,
  answeredAt: NOON_MICROS,
  ...over,
});

const entry: LedgerEntry = {
  entryId: "e", sequence: 1, kind: "settled", reservationId: "r", attemptId: null, requestId: "d0", tenant: "acme", amountMicroUsd: 2, costNanoUsd: 2n, status: "settled",
  postings: [{ scope: "tenant:acme", window: "2026-03", reservedDeltaMicroUsd: 0, settledDeltaMicroUsd: 2, reservedAfterMicroUsd: 0, settledAfterMicroUsd: 2, unit: "usd", cap: null }],
  override: null,
  at: NOON_MICROS,
};
const feedback: Feedback = { feedbackId: "f", requestId: "d0", tenant: "acme", user: null, succeeded: false, rating: 2, comment: "too late", at: NOON_MICROS };
const status: BudgetStatus = {
  eventId: "s", scope: "tenant:acme", window: "2026-03", capMicroUsd: 100, reservedMicroUsd: 0, settledMicroUsd: 90, band: "warning", thresholdPercent: 80, at: NOON_MICROS,
  kind: "threshold", unit: "usd", cap: 100, reserved: 0, settled: 90, observed: 0, expectedLow: 0, expectedHigh: 0, exhaustedAt: null,
};

describe("analytics sink", () => {
  let dataDir: string;
  const apps: StageApp[] = [];
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), "leverframe-sink-"));
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  const start = async (overrides: ConfigOverrides = {}) => {
    const app = await createStageApp(AnalyticsSinkModule, { env: {}, overrides: { dataDir, log: { level: "silent" }, commitEveryMs: 5, ...overrides } });
    apps.push(app);
    return { app, analytics: app.get<Analytics>(ANALYTICS) };
  };

  /** Where the sink stands in one topic. */
  const positionsOf = async (app: StageApp, topic: "decisions" | "ledger-entries" | "feedback" | "budget-status", application?: string) => {
    const name = app.names.name(topic, application);
    const [ends, committed] = await Promise.all([app.log.endOffsets(name), app.log.committed(app.names.consumerGroup("analytics-sink"), name)]);
    return ends.map(({ partition, offset }) => ({
      topic,
      partition,
      endOffset: offset,
      committedOffset: committed.find((one) => one.partition === partition)?.offset ?? 0n,
    }));
  };

  const untilCommitted = async (app: StageApp, topic: Parameters<typeof positionsOf>[1], application?: string) => {
    for (;;) {
      const positions = await positionsOf(app, topic, application);
      if (positions.every(({ endOffset, committedOffset }) => committedOffset >= endOffset)) return positions;
      await sleep(20);
    }
  };

  it("I5 produced = stored: every record of its topics is a row when its offset is committed, a repeated one once", async () => {
    const { app, analytics } = await start();
    const decisions = Array.from({ length: DECISIONS }, (_, index) => message("decisions", decisionOf(`d${index}`)));
    await app.publisher.publish([...decisions, ...decisions.slice(0, 50)]);
    await app.publisher.publish([message("ledger-entries", entry), message("feedback", feedback), message("budget-status", status)]);

    const account = await lossAccount(analytics, await untilCommitted(app, "decisions"));
    const sum = (column: "produced" | "stored" | "lost" | "waiting") => account.reduce((total, row) => total + row[column], 0);
    expect([sum("produced"), sum("stored"), sum("lost"), sum("waiting")]).toEqual([DECISIONS + 50, DECISIONS + 50, 0, 0]);
    expect(await report(analytics, "spend_per_department")).toMatchObject([{ requests: DECISIONS, costNanoUsd: 3n * BigInt(DECISIONS) }]);
    for (const [topic, view] of [["ledger-entries", "postings"], ["feedback", "feedback"], ["budget-status", "budget_status"]] as const) {
      await untilCommitted(app, topic);
      expect(await analytics.query(`SELECT count() AS n FROM ${view}`)).toEqual([{ n: "1" }]);
    }
  });

  it("takes feedback for the tenant of the application on whose topic it comes, and none that claims another", async () => {
    const { app, analytics } = await start();
    const said = (id: string, tenant: string, application?: string) => message("feedback", { ...feedback, feedbackId: id, tenant }, application);
    await app.publisher.publish([said("own", "acme"), said("unclaimed", "", "crm"), said("forged", "globex", "crm"), said("forged-too", "globex")]);
    await untilCommitted(app, "feedback");
    await untilCommitted(app, "feedback", "crm");
    expect(await analytics.query("SELECT feedback_id, tenant, application FROM feedback ORDER BY feedback_id")).toEqual([
      { feedback_id: "own", tenant: "acme", application: "default" },
      { feedback_id: "unclaimed", tenant: "acme", application: "crm" },
    ]);
    const letters = await app.log.endOffsets(app.names.name("dead-letters"));
    expect(letters.reduce((total, { offset }) => total + offset, 0n)).toBe(2n);
  });

  it("I5 nothing is lost when the engine is killed under it, and a second start goes on where the first one was", async () => {
    const { app, analytics } = await start();
    const messages = Array.from({ length: DECISIONS }, (_, index) => message("decisions", decisionOf(`d${index}`)));
    await app.publisher.publish(messages.slice(0, DECISIONS / 2));
    process.kill(await enginePidOf(dataDir), "SIGKILL");
    await untilCommitted(app, "decisions");
    expect(await report(analytics, "spend_per_department")).toMatchObject([{ requests: DECISIONS / 2 }]);
    await app.publisher.publish(messages.slice(DECISIONS / 2));
    await app.close();

    const again = await start();
    const account = await lossAccount(again.analytics, await untilCommitted(again.app, "decisions"));
    expect(account.every(({ lost, waiting }) => lost === 0 && waiting === 0)).toBe(true);
    expect(await report(again.analytics, "spend_per_department")).toMatchObject([{ requests: DECISIONS }]);
  });

  it("I5 a record that can never be stored is a dead letter, and shows in the loss account", async () => {
    const { app, analytics } = await start();
    await app.publisher.publish([message("decisions", decisionOf("d"))]);
    await app.log.append([{ topic: app.names.name("decisions"), key: null, value: Buffer.from("no decision"), headers: {} }]);
    const account = await lossAccount(analytics, await untilCommitted(app, "decisions"));
    expect(account.reduce((lost, row) => lost + row.lost, 0)).toBe(1);
    const letters = await app.log.endOffsets(app.names.name("dead-letters"));
    expect(letters.reduce((total, { offset }) => total + offset, 0n)).toBe(1n);
    expect(await report(analytics, "spend_per_department")).toMatchObject([{ requests: 1 }]);
  });
});

async function enginePidOf(dataDir: string): Promise<number> {
  const { origin } = new URL(readFileSync(path.join(dataDir, "analytics.url"), "utf8").trim());
  const name = (await fetch(`${origin}/ping`)).headers.get("x-clickhouse-server-display-name");
  return Number(/\d+$/.exec(name ?? "")?.[0]);
}
