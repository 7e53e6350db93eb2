import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Ledger } from "../ledger";
import { beginOf, describeLedger, finishOf, ratedReserveOf, reserveOf } from "../ledger.conformance";
import { describeArchive } from "../archive.conformance";
import { describeLedgerControl } from "../ledger-control.conformance";
import { describeDeferred } from "../deferred.conformance";
import { describeLedgerProcesses, type SharedStore } from "../ledger-processes.conformance";
import { openSqliteLedger } from "./sqlite-ledger";

type SqliteUnderTest = SharedStore & { readonly path: string };

async function createStore(): Promise<SqliteUnderTest> {
  const dir = mkdtempSync(join(tmpdir(), "ledger-"));
  const path = join(dir, "data", "ledger.sqlite");
  const opened: Ledger[] = [];
  return {
    path,
    address: { path },
    open: async (options = {}) => {
      const ledger = openSqliteLedger({ ...options, path });
      opened.push(ledger);
      return ledger;
    },
    dispose: async () => {
      await Promise.all(opened.map((ledger) => ledger.close()));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

describeLedger("SQLite", createStore, { replays: 100 });
describeLedgerControl("SQLite", createStore);
describeArchive("SQLite", createStore);
describeLedgerProcesses("SQLite", createStore);
describeDeferred("SQLite", createStore);

describe("SQLite as the ledger, in particular", () => {
  let store: SqliteUnderTest;
  beforeEach(async () => {
    store = await createStore();
  });
  afterEach(() => store.dispose());

  test("forgets cleared reservations and answers after `keepHours`, never one that holds money", async () => {
    const hour = 3_600_000_000;
    let nowMicros = 1_000 * hour;
    const ledger = openSqliteLedger({ path: store.path, keepHours: 2, clock: { nowMicros: () => nowMicros } });
    for (const id of ["cleared", "open"]) {
      await ledger.reserve(reserveOf(id, 10, 100));
      await ledger.attempts.begin(beginOf(id, 10));
    }
    await ledger.attempts.finish(finishOf("cleared", 4));
    for (const reservationId of ["cleared", "open"]) await ledger.release({ reservationId, nowMicros: 1 });
    await ledger.answers.keep("q", new Uint8Array([1]));

    nowMicros += 2 * hour;
    expect((await ledger.attempts.begin(beginOf("cleared", 10))).status).toBe("finished");
    expect(await ledger.answers.keep("q", new Uint8Array([2]))).toEqual(new Uint8Array([1]));
    nowMicros += hour;
    expect((await ledger.attempts.begin(beginOf("cleared", 10))).status).toBe("unknown_reservation");
    expect(await ledger.answers.keep("q", new Uint8Array([2]))).toEqual(new Uint8Array([2]));
    expect((await ledger.attempts.begin(beginOf("open", 10))).status).toBe("in_flight");
    expect(await ledger.balances("department:")).toMatchObject([{ reserved: 10, settled: 4 }]);
    await ledger.close();
  });

  test("forgets the count of a minute when it has not risen for two hours, and no younger one", async () => {
    const hour = 3_600_000_000;
    let nowMicros = 1_000 * hour;
    const ledger = openSqliteLedger({ path: store.path, clock: { nowMicros: () => nowMicros } });
    const rated = (id: string, window: string) => ledger.reserve(ratedReserveOf(id, window, 1));
    await rated("r1", "2026-11-21T08:15");
    nowMicros += hour;
    await rated("r2", "2026-11-21T09:15");
    nowMicros += hour + 1;
    expect((await rated("r3", "2026-11-21T09:15")).status).toBe("exceeds_rate");
    await ledger.close();
    const file = new DatabaseSync(store.path);
    expect(file.prepare("SELECT window, settled FROM minutes").all()).toEqual([{ window: "2026-11-21T09:15", settled: 1 }]);
    file.close();
  });

  test("a step that fails takes nothing of its neighbours with it", async () => {
    const ledger = await store.open();
    await ledger.reserve(reserveOf("r", 10, 100));
    const spoiler = new DatabaseSync(store.path);
    spoiler.exec("DELETE FROM balances WHERE scope = 'tenant:acme'");
    spoiler.close();
    const [before, spoilt, after] = await Promise.allSettled([
      ledger.answers.keep("q", new Uint8Array([1])),
      ledger.release({ reservationId: "r", nowMicros: 1 }),
      ledger.answers.keep("p", new Uint8Array([2])),
    ]);
    expect(spoilt).toMatchObject({ status: "rejected", reason: { code: "internal" } });
    expect([before?.status, after?.status]).toEqual(["fulfilled", "fulfilled"]);
    expect(await ledger.answers.keep("q", new Uint8Array([9]))).toEqual(new Uint8Array([1]));
    expect(await ledger.outbox.read(9)).toHaveLength(1);
  });

  test("waits for another process's transaction without losing a command", async () => {
    const ledger = await store.open();
    const other = new DatabaseSync(store.path);
    other.exec("BEGIN IMMEDIATE");
    const reserved = ledger.reserve(reserveOf("r", 10, 100));
    await new Promise((resolve) => setTimeout(resolve, 60));
    other.exec("COMMIT");
    other.close();
    expect(await reserved).toMatchObject({ status: "created" });
  });

  test("refuses a file of a later version", () => {
    openSqliteLedger({ path: store.path });
    const db = new DatabaseSync(store.path);
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(() => openSqliteLedger({ path: store.path })).toThrow("has schema version 99; expected at most 2");
  });
});
