import type { PolicyChange, Response } from "@leverframe/events";
import type { AppError } from "@leverframe/kernel";
import type { Analytics } from "./client";
import { findDecision, findJournal } from "./trail";
import { lossAccount, missingRanges } from "./loss-account";
import { policyStatus } from "./policy-status";
import { report } from "./reports";
import { accountsNow, spendPerDay, spendPerHour, type SpendPeriod } from "./spend";
import { decisionRows } from "./rows/decision-rows";
import { budgetStatusRows, feedbackRows, ledgerEntryRows, policyChangeRows, providerHealthRows, reviewRows } from "./rows/event-rows";
import { ingestedRow } from "./rows/ingested-row";
import type { TableRows } from "./rows/row";
import { decisionOf, ledgerEntryOf, NOON_MICROS, passed, round } from "./testing/fixture";
import { MARCH, MARCH_REPORTS, MONTH } from "./testing/month";
import { everyView, freshDatabase, positionAt, put, type TestStore } from "./testing/store";

const HEALTH = {
  eventId: "h", instance: "host.1.a", deployment: "small@cloud", provider: "cloud", model: "small", region: "eu", band: "down", breaker: "open", cause: "breaker_opened", heardFrom: null,
  error: "timeout", samples: 12, failures: 3, slow: 0, latencyMicros: 400_000, concurrencyMax: 64, inFlight: 2, until: NOON_MICROS + 1_000_000, at: NOON_MICROS,
};
const REVIEW = {
  eventId: "r", requestId: "plain", verdict: "release", reviewer: "ann", comment: null, at: NOON_MICROS + 5,
  held: { eventId: "held", requestId: "plain", tenant: "acme", reason: "policy", response: {} as Response, heldAt: NOON_MICROS },
};
const TWO_TO_53 = 9_007_199_254_740_992n;

/** What analytics says is exact, on every store that passes this. */
export function describeAnalytics(name: string, start: () => Promise<TestStore>): void {
  describe(`analytics on ${name}`, () => {
    let store: TestStore;
    let analytics: Analytics;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store?.stop());
    beforeEach(async () => {
      analytics = await freshDatabase(store);
    });
    afterEach(() => analytics?.close());

    it("I5 nothing counts twice: rows inserted three times in different batches change no view", async () => {
      const feedback = { feedbackId: "f", requestId: "plain", tenant: "acme", user: null, succeeded: true, rating: 5, comment: null, at: NOON_MICROS };
      const status = {
        eventId: "s", scope: "tenant:acme", window: "2026-03", capMicroUsd: 100, reservedMicroUsd: 0, settledMicroUsd: 90, band: "warning", thresholdPercent: 80, at: NOON_MICROS,
        kind: "threshold", unit: "usd", cap: 100, reserved: 0, settled: 90, observed: 0, expectedLow: 0, expectedHigh: 0, exhaustedAt: null,
      };
      const change = {
        eventId: "p", instance: "host.1.a", kind: "changed", policyVersionBefore: "v1", policyVersion: "v2", catalogVersionBefore: "c1", catalogVersion: "c1", actor: "Ann <ann@acme.test>",
        actorSource: "git", commit: "c0ffee", gitRef: null, dirty: false, files: ["rules.yaml"], changes: ["rule `a` added"], behaviour: [], problems: [], at: NOON_MICROS,
      };
      const others = [...ledgerEntryRows(ledgerEntryOf("e1")), ...feedbackRows(feedback, "crm"), ...budgetStatusRows(status), ...policyChangeRows(change), ...providerHealthRows(HEALTH), ...reviewRows(REVIEW)];
      const rows = MONTH.map((decision, index) => [...decisionRows(decision), ingestedRow(positionAt(BigInt(index)))]);
      await put(analytics, ...rows, others);
      const once = await everyView(analytics);
      expect(Object.values(once).filter((view) => (view as unknown[]).length === 0)).toEqual([]);
      // Again one by one and in another order, so that no block is like one before.
      for (const one of rows.toReversed()) await put(analytics, one);
      await put(analytics, others, ...rows.slice(2), ...rows.slice(0, 3));
      expect(await everyView(analytics)).toEqual(once);
      await analytics.command("OPTIMIZE TABLE decisions_raw FINAL");
      expect(await everyView(analytics)).toEqual(once);
    });

    it("says which policy each instance decides with, since when, by whom, and what it refused", async () => {
      const change = (instance: string, kind: string, version: string, minute: number, over: Partial<PolicyChange> = {}): readonly TableRows[] =>
        policyChangeRows({
          eventId: `${instance}.policy.${minute}`, instance, kind, policyVersionBefore: null, policyVersion: version, catalogVersionBefore: null, catalogVersion: "c1", actor: `actor ${minute}`,
          actorSource: "git", commit: "c0ffee", gitRef: null, dirty: false, files: [], changes: [], behaviour: [], problems: [], at: NOON_MICROS + minute * 60_000_000, ...over,
        });
      await put(
        analytics, change("a", "started", "v1", 0), change("a", "changed", "v2", 5), change("b", "started", "v1", 1), change("b", "refused", "v1", 6, { problems: ["rules.yaml:3:1: no", "more"] }),
        change("gone", "started", "v1", 2), change("gone", "stopped", "v1", 3), change("silent", "started", "v0", -90),
      );
      const status = await policyStatus(analytics, NOON_MICROS);
      expect(status).toMatchObject([
        { instance: "a", policyVersion: "v2", actor: "actor 5", commit: "c0ffee", gitRef: null, since: NOON_MICROS + 300_000_000, refused: null },
        { instance: "b", policyVersion: "v1", actor: "actor 1", since: NOON_MICROS + 60_000_000, refused: "rules.yaml:3:1: no" },
      ]);
    });

    it("keeps a decision and its attempts as long as its policy says, and not a day longer", async () => {
      const DAY_MICROS = 86_400_000_000;
      const nowMicros = Date.now() * 1_000;
      const aged = (id: string, days: number, retentionDaysMax: number | null) => decisionRows(decisionOf({ id, receivedAt: nowMicros - days * DAY_MICROS, over: { retentionDaysMax } }));
      await put(analytics, aged("young", 6, 7), aged("old", 8, 7), aged("ancient", 4_000, null), aged("far", 100, 1_000_000));
      const left = async (table: string) => (await analytics.query(`SELECT DISTINCT request_id FROM ${table} ORDER BY request_id`)).map((row) => row.request_id);
      // Nobody reads it any more, and when ClickHouse has merged it is not there any more.
      for (const view of ["decisions", "attempts"]) expect(await left(view)).toEqual(["ancient", "far", "young"]);
      for (const table of ["decisions_raw", "attempts_raw"]) {
        await analytics.command(`ALTER TABLE ${table} MATERIALIZE TTL SETTINGS mutations_sync = 2`);
        await analytics.command(`OPTIMIZE TABLE ${table} FINAL`);
        expect(await left(table)).toEqual(["ancient", "far", "young"]);
      }
    });

    describe("over a month", () => {
      let month: Analytics;
      beforeAll(async () => {
        month = await freshDatabase(store);
        await put(month, ...MONTH.map(decisionRows));
      });
      afterAll(() => month?.close());

      it.each(Object.entries(MARCH_REPORTS))("reports `%s` as worked out by hand", async (report_, expected) => {
        expect(await report(month, report_ as keyof typeof MARCH_REPORTS, MARCH)).toEqual(expected);
      });

      it("gives a finance person a view by month, in dollars", async () => {
        const sql = `SELECT tenant, month, department, cost_usd FROM \`${month.database}\`.spend_per_department`;
        expect(await month.query(sql)).toEqual([
          { tenant: "acme", month: "2026-03-01", department: "legal", cost_usd: "0.0000005" },
          { tenant: "acme", month: "2026-03-01", department: "sales", cost_usd: "0.000012" },
          { tenant: "acme", month: "2026-04-01", department: "sales", cost_usd: "0.000000003" },
          { tenant: "other", month: "2026-03-01", department: "sales", cost_usd: "0.000000007" },
        ]);
      });

      it("counts a period from its first microsecond to before its last, and every tenant when none is named", async () => {
        const costOf = async (fromMicros: number, toMicros: number) =>
          (await report(month, "spend_per_department", { fromMicros, toMicros })).map(({ tenant, costNanoUsd }) => [tenant, costNanoUsd]);
        expect(await costOf(NOON_MICROS, NOON_MICROS + 1)).toEqual([["acme", 500n], ["acme", 12_000n], ["other", 7n]]);
        expect(await costOf(NOON_MICROS + 1, NOON_MICROS + 2)).toEqual([]);
        expect(await costOf(NOON_MICROS - 1, NOON_MICROS)).toEqual([]);
      });
    });

    it("adds money exactly above 2^53, and above 2^63", async () => {
      const large = [TWO_TO_53 + 1n, TWO_TO_53 + 1n, 9_223_372_036_854_775_807n, 9_223_372_036_854_775_807n];
      const decisions = large.map((costNanoUsd, index) =>
        decisionOf({ id: `big-${index}`, rounds: [round([{ attemptId: `big-${index}.1`, costNanoUsd }], [passed("x")])] }),
      );
      await put(analytics, ...decisions.map(decisionRows));
      const sum = large.reduce((a, b) => a + b);
      expect(await report(analytics, "spend_per_department")).toMatchObject([{ costNanoUsd: sum }]);
      expect(await report(analytics, "provider_concentration")).toMatchObject([{ costNanoUsd: sum }]);
      expect(await report(analytics, "savings")).toMatchObject([{ savedNanoUsd: 40_000n - sum }]);
      expect(await report(analytics, "cost_per_success")).toMatchObject([{ costPerSuccessNanoUsd: sum / 4n }]);
      const [view] = await analytics.query("SELECT cost_usd FROM spend_per_department");
      expect(view).toEqual({ cost_usd: "18464758472.2190336" });
    });

    it("keeps every time to the microsecond", async () => {
      const times = [0, 1, 999_999, 1_000_001, 999_999_999_999_999, NOON_MICROS + 123_456, 4_102_444_799_999_999];
      await put(analytics, ...times.map((receivedAt, index) => decisionRows(decisionOf({ id: `t${index}`, receivedAt }))));
      const rows = await analytics.query("SELECT toUnixTimestamp64Micro(received_at) AS micros FROM decisions ORDER BY received_at");
      expect(rows.map((row) => Number(row.micros))).toEqual(times);
    });

    it("returns the whole trail of a request as it was", async () => {
      const decision = MONTH[1]!;
      await put(analytics, ...MONTH.map(decisionRows), ledgerEntryRows(ledgerEntryOf("e2", { sequence: 2 })), ledgerEntryRows(ledgerEntryOf("e1")));
      expect(await findDecision(analytics, "escalated")).toEqual(decision);
      expect(await findDecision(analytics, "escalated", "acme")).toEqual(decision);
      expect(await findDecision(analytics, "escalated", "other")).toBeNull();
      expect(await findDecision(analytics, "it's not there")).toBeNull();
      expect((await findJournal(analytics, "a")).map(({ entryId, costNanoUsd }) => [entryId, costNanoUsd])).toEqual([["e1", 1_500n], ["e2", 1_500n]]);
    });

    it("an outcome is what the business said last, of its own application, and else what the checks said", async () => {
      const say = (requestId: string, succeeded: boolean | null, at: number, application = "crm") =>
        feedbackRows({ feedbackId: `${requestId}.${at}`, requestId, tenant: "acme", user: null, succeeded, rating: null, comment: null, at: NOON_MICROS + at }, application);
      const call = (id: string) => round([{ attemptId: `${id}.1`, costNanoUsd: 900n }], [passed("non_empty")]);
      await put(analytics, ...["a", "b", "c"].map((id) => decisionRows(decisionOf({ id, rounds: [call(id)] }))), say("a", true, 1), say("a", false, 2), say("a", null, 3), say("b", false, 1, "other"));
      expect(await report(analytics, "cost_per_outcome")).toMatchObject([{ requests: 3, judged: 1, successes: 2, costNanoUsd: 2_700n, costPerSuccessNanoUsd: 1_350n }]);
      // One that a person has to look at first succeeds when it is released.
      const waiting = (id: string) => decisionRows(decisionOf({ id, rounds: [call(id)], over: { status: "held_for_review", success: false } }));
      const reviewed = (requestId: string, verdict: string) => reviewRows({ ...REVIEW, eventId: requestId, requestId, verdict } as typeof REVIEW);
      await put(analytics, waiting("released"), reviewed("released", "release"), waiting("rejected"), reviewed("rejected", "reject"));
      expect(await report(analytics, "cost_per_outcome")).toMatchObject([{ requests: 5, judged: 1, successes: 3 }]);
    });

    it("the books of decisions, calls and journal agree to the nano-dollar, and show what was corrected later", async () => {
      const of = (id: string, costNanoUsd: bigint) => decisionRows(decisionOf({ id, rounds: [round([{ attemptId: `${id}.1`, costNanoUsd }], [passed("non_empty")])] }));
      const settled = (id: string, sequence: number, over: Parameters<typeof ledgerEntryOf>[1]) => ledgerEntryRows(ledgerEntryOf(`${id}.${sequence}`, { requestId: id, attemptId: `${id}.1`, sequence, ...over }));
      await put(analytics, of("a", 1_500n), settled("a", 1, {}), of("b", 7_200n), settled("b", 2, { costNanoUsd: 7_200n, amountMicroUsd: 8 }));
      const all = { decidedNanoUsd: 8_700n, calledNanoUsd: 8_700n };
      expect(await report(analytics, "books")).toMatchObject([{ ...all, journalNanoUsd: 8_700n, differenceNanoUsd: 0n, settledMicroUsd: 10n, roundedUpNanoUsd: 1_300n }]);
      // The invoice says that the second call cost less: five micro-dollars were too many.
      await put(analytics, settled("b", 3, { kind: "late_settled", costNanoUsd: 2_200n, amountMicroUsd: 5 }));
      expect(await report(analytics, "books")).toMatchObject([{ ...all, journalNanoUsd: 3_700n, differenceNanoUsd: 5_000n, settledMicroUsd: 5n, roundedUpNanoUsd: 1_300n }]);
    });

    it("rebuilds what budgets carry from the journal", async () => {
      const reserved = ledgerEntryOf("e0", {
        kind: "reserved",
        postings: [{ scope: "tenant:acme", window: "2026-03", reservedDeltaMicroUsd: 5, settledDeltaMicroUsd: 0, reservedAfterMicroUsd: 5, settledAfterMicroUsd: 0, unit: "usd", cap: null }],
      });
      // The account was closed since: what it had spent stays spent.
      const closed = { ...reserved.postings[0]!, reservedDeltaMicroUsd: 0, reservedAfterMicroUsd: 0, settledDeltaMicroUsd: -2 };
      const archived = ledgerEntryOf("e2", { kind: "archived", sequence: 3, postings: [closed] });
      await put(analytics, ledgerEntryRows(reserved), ledgerEntryRows(ledgerEntryOf("e1")), ledgerEntryRows(archived));
      const rows = await report(analytics, "budget_burn", { tenant: "acme" });
      expect(rows.find(({ scope }) => scope === "tenant:acme")).toMatchObject({ budgetWindow: "2026-03", settledMicroUsd: 2n, reservedMicroUsd: 0n });
    });

    it("says what each scope spent in each hour, once for all of its windows, in each unit, corrections included", async () => {
      const posting = { reservedDeltaMicroUsd: 0, reservedAfterMicroUsd: 0, settledAfterMicroUsd: 0, cap: null };
      const of = (scope: string, window: string, unit: string, settledDeltaMicroUsd: number) => ({ ...posting, scope, window, unit, settledDeltaMicroUsd });
      const both = [of("tenant:acme", "2026-03", "usd", 7), of("tenant:acme", "2026-03-15", "usd", 7), of("tenant:acme", "2026-03", "tokens", 900), of("team:acme/a", "2026-03", "usd", 7)];
      const HOUR = 3_600_000_000;
      const hour = Math.floor(NOON_MICROS / HOUR) * HOUR;
      const entries = [
        ledgerEntryOf("e1", { postings: both, at: hour }),
        ledgerEntryOf("e2", { kind: "late_settled", postings: [of("tenant:acme", "2026-03", "usd", -2)], at: hour + HOUR - 1 }),
        ledgerEntryOf("e3", { postings: [of("tenant:acme", "2026-03", "usd", 5)], at: hour + HOUR }),
        ledgerEntryOf("e4", { kind: "archived", postings: [of("tenant:acme", "2026-03", "usd", -10)], at: hour + HOUR }),
      ];
      await put(analytics, ...entries.map(ledgerEntryRows), ledgerEntryRows(entries[0]!));
      const spent = async (period: Partial<SpendPeriod>) => (await spendPerHour(analytics, { fromMicros: 0, ...period })).map(({ scope, unit, hourMicros, amount }) => [scope, unit, (hourMicros - hour) / HOUR, amount]);
      expect(await spent({ scopes: ["tenant:acme"] })).toEqual([["tenant:acme", "tokens", 0, 900], ["tenant:acme", "usd", 0, 5], ["tenant:acme", "usd", 1, 5]]);
      expect(await spent({ scopes: ["team:*", "tenant:acm"] })).toEqual([["team:acme/a", "usd", 0, 7]]);
      expect(await spendPerDay(analytics, { fromMicros: 0, timeZone: "Asia/Tokyo", scopes: ["team:acme/a"] })).toEqual([{ scope: "team:acme/a", unit: "usd", day: "2026-03-15", amount: 7 }]);
      expect(await spent({ fromMicros: hour + HOUR, toMicros: hour + 2 * HOUR })).toEqual([["tenant:acme", "usd", 1, 5]]);
      expect((await report(analytics, "budget_burn", { tenant: "acme" })).find(({ scope, budgetWindow }) => scope === "tenant:acme" && budgetWindow === "2026-03")).toMatchObject({ settledMicroUsd: 10n });
    });

    it("says what the last entry left of an account, with the cap that was in force", async () => {
      const left = (sequence: number, settled: number, cap: number | null) =>
        ledgerEntryOf(`e${sequence}`, { sequence, postings: [{ scope: "tenant:acme", window: "2026-03", unit: "usd", cap, reservedDeltaMicroUsd: 0, settledDeltaMicroUsd: 1, reservedAfterMicroUsd: 3, settledAfterMicroUsd: settled }] });
      await put(analytics, ...[left(2, 20, 500), left(10, 100, 800), left(1, 10, null)].map(ledgerEntryRows));
      expect(await accountsNow(analytics, ["tenant:acme", "x"], ["2026-03"])).toEqual([{ scope: "tenant:acme", window: "2026-03", unit: "usd", cap: 800, reserved: 3, settled: 100 }]);
      await put(analytics, ledgerEntryRows(left(11, 101, null)));
      expect(await accountsNow(analytics, ["tenant:acme"], ["2026-03"])).toMatchObject([{ cap: null, settled: 101 }]);
      expect(await accountsNow(analytics, ["tenant:acme"], ["2026-04"])).toEqual([]);
    });

    it("I5 the loss account shows a record that is committed and not stored, exactly under redelivery", async () => {
      const offsets = [0n, 1n, 2n, 5n, 6n, 2n, 0n, 9_007_199_254_740_993n];
      for (const offset of offsets) await put(analytics, [ingestedRow(positionAt(offset))]);
      await put(analytics, [ingestedRow(positionAt(0n, { partition: 1 }))], [ingestedRow(positionAt(0n, { topic: "feedback" }))]);
      const at = (partition: number, endOffset: bigint, committedOffset: bigint) => ({ topic: "decisions", partition, endOffset, committedOffset });
      expect(await lossAccount(analytics, [at(0, 9n, 7n), at(1, 1n, 1n), at(2, 3n, 0n)])).toEqual([
        { topic: "decisions", partition: 0, produced: 9, stored: 5, waiting: 2, lost: 2 },
        { topic: "decisions", partition: 1, produced: 1, stored: 1, waiting: 0, lost: 0 },
        { topic: "decisions", partition: 2, produced: 3, stored: 0, waiting: 3, lost: 0 },
      ]);
      expect(await missingRanges(analytics, { topic: "decisions", partition: 0, endOffset: 9n })).toEqual([
        { firstOffset: 3n, lastOffset: 4n },
        { firstOffset: 7n, lastOffset: 8n },
      ]);
      expect(await lossAccount(analytics, [])).toEqual([]);
    });

    it("says which row can never be stored, and that a missing table may come", async () => {
      const bad = analytics.insert("feedback_raw", [JSON.stringify({ tenant: "acme", feedback_id: "f", request_id: "r", rating: "five", at: 0 })]);
      await expect(bad).rejects.toThrow(expect.objectContaining({ code: "bad_record", retryable: false }) as AppError);
      const nowhere = analytics.insert("nowhere", ["{}"]);
      await expect(nowhere).rejects.toThrow(expect.objectContaining({ code: "unavailable", retryable: true }) as AppError);
      await expect(analytics.query("SELEC 1")).rejects.toThrow(expect.objectContaining({ code: "internal" }) as AppError);
    });
  });
}
