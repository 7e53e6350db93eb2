import { setTimeout as sleep } from "node:timers/promises";
import type { AppError } from "@leverframe/kernel";
import { AnalyticsWriter } from "./analytics-writer";
import { type Analytics, openAnalytics } from "./client";
import { lossAccount } from "./loss-account";
import { migrate } from "./migrate";
import { MIGRATIONS } from "./migrations";
import { report } from "./reports";
import { decisionRows } from "./rows/decision-rows";
import { decisionOf, round } from "./testing/fixture";
import { freshDatabase, positionAt, type StoreFeatures, type TestStore } from "./testing/store";

const DECISIONS = 3_000;
const BOUNDS = { rowsMax: 300, bytesMax: 4 * 1_048_576, lingerMs: 5, waitingBytesMax: 64 * 1_048_576 };

/** What stays exact when things fail, and how the history of the database is kept. */
export function describeFaults(name: string, start: () => Promise<TestStore>, features: StoreFeatures): void {
  describe(`analytics on ${name}, when things fail`, () => {
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

    it("I5 kill −9 in the middle of inserts: what is repeated until acknowledged is there once", async () => {
      const writer = new AnalyticsWriter(analytics, BOUNDS);
      let acknowledged = 0;
      const all = Array.from({ length: DECISIONS }, async (_, index) => {
        const decision = decisionOf({ id: `d${index}`, rounds: [round([{ attemptId: `d${index}.1`, costNanoUsd: BigInt(index) }])] });
        await untilStored(() => writer.store(decisionRows(decision), positionAt(BigInt(index))));
        acknowledged++;
      });
      while (acknowledged < DECISIONS / 10) await sleep(1);
      await store.kill();
      expect(acknowledged).toBeLessThan(DECISIONS);
      await store.recover();
      await Promise.all(all);
      await writer.close();
      const cost = BigInt((DECISIONS * (DECISIONS - 1)) / 2);
      expect(await report(analytics, "spend_per_department")).toMatchObject([{ requests: DECISIONS, providerCalls: DECISIONS, costNanoUsd: cost }]);
      expect(await report(analytics, "provider_concentration")).toMatchObject([{ calls: DECISIONS, costNanoUsd: cost }]);
      const end = BigInt(DECISIONS);
      const position = { topic: "decisions", partition: 0, endOffset: end, committedOffset: end };
      expect(await lossAccount(analytics, [position])).toMatchObject([{ produced: DECISIONS, stored: DECISIONS, lost: 0, waiting: 0 }]);
    });

    const whileDown = features.staysDown === true ? it : it.skip;
    whileDown(`I5 while it is down inserts are refused as unavailable, and nothing is lost${reasonOf(features)}`, async () => {
      const writer = new AnalyticsWriter(analytics, BOUNDS);
      const decision = decisionRows(decisionOf({ id: "late" }));
      await store.kill();
      for (let tries = 0; tries < 2; tries++) {
        const refused = expect.objectContaining({ code: "unavailable", retryable: true }) as AppError;
        await expect(writer.store(decision, positionAt(0n))).rejects.toThrow(refused);
        await expect(analytics.query("SELECT 1")).rejects.toThrow(refused);
      }
      await store.recover();
      await untilStored(() => writer.store(decision, positionAt(0n)));
      expect(await report(analytics, "loss_account")).toMatchObject([{ stored: 1, gaps: 0 }]);
      expect(await report(analytics, "spend_per_department")).toMatchObject([{ requests: 1 }]);
      await writer.close();
    });

    it("one row that can never be stored fails alone", async () => {
      const writer = new AnalyticsWriter(analytics, BOUNDS);
      const good = Array.from({ length: 7 }, (_, index) => decisionRows(decisionOf({ id: `good-${index}` })));
      const [row] = decisionRows(decisionOf({ id: "bad" }));
      const bad = [{ ...row!, rows: [{ ...row!.rows[0], cost_nano_usd: "a lot" }] }];
      const results = await Promise.allSettled([...good.slice(0, 3), bad, ...good.slice(3)].map((rows) => writer.store(rows, null)));
      expect(results.map(({ status }) => status)).toEqual([...Array<string>(3).fill("fulfilled"), "rejected", ...Array<string>(4).fill("fulfilled")]);
      expect((results[3] as PromiseRejectedResult).reason).toMatchObject({ code: "bad_record" });
      expect(await report(analytics, "spend_per_department")).toMatchObject([{ requests: 7 }]);
      await writer.close();
    });

    it("migrates any number of times, several at once, on an empty server too", async () => {
      const options = { ...store.address(), database: `${analytics.database}_fresh` };
      const several = [1, 2, 3].map(() => openAnalytics(options));
      await Promise.all(several.map((one) => migrate(one)));
      await migrate(several[0]!);
      const history = await several[1]!.query("SELECT version, name FROM migrations FINAL ORDER BY version");
      expect(history).toEqual(MIGRATIONS.map(({ version, name: known }) => ({ version, name: known })));
      await Promise.all(several.toReversed().map((one) => one.close()));
    });

    it("refuses a history that was altered, changes nothing then, and takes one that goes on", async () => {
      const altered = MIGRATIONS.map((one, index) => (index === 1 ? { ...one, sql: `${one.sql} ` } : one));
      const added = { version: 99, name: "added", sql: "CREATE TABLE IF NOT EXISTS added (x UInt8) ENGINE = MergeTree ORDER BY x" };
      await expect(migrate(analytics, [...altered, added])).rejects.toThrow(/migration 2 \(`attempts`\) differs .* expected an unchanged history/);
      await expect(analytics.query("SELECT * FROM added")).rejects.toThrow();
      await migrate(analytics, [...MIGRATIONS, added]);
      expect(await analytics.query("SELECT * FROM added")).toEqual([]);
      // A process of the version before starts again.
      await migrate(analytics);
    });

    it("I5 takes no record for a bad one while the database is not as expected", async () => {
      await analytics.insert("migrations", [JSON.stringify({ version: 1, name: "decisions", checksum: "another" })]);
      const writer = new AnalyticsWriter(analytics, BOUNDS);
      await expect(writer.ready()).rejects.toMatchObject({ code: "bad_config" });
      await expect(writer.store(decisionRows(decisionOf({ id: "d" })), null)).rejects.toMatchObject({ code: "unavailable", retryable: true });
      await writer.close();
    });
  });
}

const reasonOf = ({ staysDown }: StoreFeatures): string => (staysDown === true ? "" : ` (skipped: ${staysDown})`);

/** What the runtime does with a record. */
async function untilStored(store: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await store();
    } catch (error) {
      if (!(error as AppError).retryable) throw error;
      await sleep(50);
    }
  }
}
