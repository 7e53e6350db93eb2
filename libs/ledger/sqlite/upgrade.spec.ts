import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { verifyJournal } from "@leverframe/budget";
import { beginOf, finishOf, reserveOf } from "../ledger.conformance";
import { openSqliteLedger } from "./sqlite-ledger";

/** A ledger of version 1: one reservation of 30 with a finished call of 5 and one in flight of up to 8, as that version wrote it. */
const VERSION_1 = `
CREATE TABLE accounts (scope TEXT NOT NULL, window TEXT NOT NULL, cap INTEGER, reserved INTEGER NOT NULL, settled INTEGER NOT NULL, PRIMARY KEY (scope, window)) STRICT, WITHOUT ROWID;
CREATE TABLE rates (scope TEXT NOT NULL, window TEXT NOT NULL, requests INTEGER NOT NULL, counted_at INTEGER NOT NULL, PRIMARY KEY (scope, window)) STRICT, WITHOUT ROWID;
CREATE TABLE reservations (reservation_id TEXT PRIMARY KEY, request_id TEXT NOT NULL, tenant TEXT NOT NULL, amounts_asked TEXT NOT NULL, outcome TEXT NOT NULL,
  accounts TEXT NOT NULL, open INTEGER NOT NULL, in_flight INTEGER NOT NULL, released INTEGER NOT NULL, reserved_at INTEGER NOT NULL, closed_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE attempts (reservation_id TEXT NOT NULL, attempt_id TEXT NOT NULL, worst_case INTEGER NOT NULL, owner TEXT NOT NULL, began_at INTEGER NOT NULL, outcome BLOB, PRIMARY KEY (reservation_id, attempt_id)) STRICT;
CREATE TABLE outbox (sequence INTEGER PRIMARY KEY AUTOINCREMENT, entry_id TEXT NOT NULL UNIQUE, entry TEXT NOT NULL) STRICT;
CREATE TABLE answers (request_id TEXT PRIMARY KEY, answer BLOB NOT NULL, kept_at INTEGER NOT NULL) STRICT;
INSERT INTO accounts VALUES ('tenant:acme', '2026-11', NULL, 25, 5), ('department:acme/sales', '2026-11', 100, 25, 5);
INSERT INTO rates VALUES ('route:acme/code', '2026-11-21T08:15', 1, 1);
INSERT INTO reservations VALUES ('r', 'request of r', 'acme', '30', '{"status":"created","option":0,"amountMicroUsd":30}',
  '[["tenant:acme","2026-11"],["department:acme/sales","2026-11"]]', 25, 8, 0, 1, NULL);
INSERT INTO attempts VALUES ('r', 'r.attempt.0', 8, 'me', 1, x'6f7574'), ('r', 'r.attempt.1', 8, 'me', 1, NULL);
`;

const posting = (scope: string, reservedDelta: number, settledDelta: number, reservedAfter: number, settledAfter: number) => ({
  scope, window: "2026-11", reservedDeltaMicroUsd: reservedDelta, settledDeltaMicroUsd: settledDelta, reservedAfterMicroUsd: reservedAfter, settledAfterMicroUsd: settledAfter,
});
const entries = [
  { entryId: "r.reserved", kind: "reserved", attemptId: null, amountMicroUsd: 30, costNanoUsd: "0", status: "created", postings: ["tenant:acme", "department:acme/sales"].map((scope) => posting(scope, 30, 0, 30, 0)) },
  { entryId: "r.attempt.0.settled", kind: "settled", attemptId: "r.attempt.0", amountMicroUsd: 5, costNanoUsd: "5000", status: "finished", postings: ["tenant:acme", "department:acme/sales"].map((scope) => posting(scope, -5, 5, 25, 5)) },
].map((entry) => ({ ...entry, reservationId: "r", requestId: "request of r", tenant: "acme", atMicros: 1 }));

describe("a ledger file of version 1", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "ledger-"));
    const db = new DatabaseSync(join(dir, "ledger.db"));
    db.exec(VERSION_1);
    for (const entry of entries) db.prepare("INSERT INTO outbox (entry_id, entry) VALUES (?, ?)").run(entry.entryId, JSON.stringify(entry));
    db.exec("PRAGMA user_version = 1");
    db.close();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test("I3 no overspend: goes on with what it holds, and its journal still proves its balances", async () => {
    const ledger = openSqliteLedger({ path: join(dir, "ledger.db") });
    const sales = async () => (await ledger.balances("department:"))[0];
    expect(await sales()).toEqual({ scope: "department:acme/sales", window: "2026-11", unit: "usd", cap: 100, reserved: 25, settled: 5, changes: [] });
    expect(await ledger.reserve(reserveOf("r", 30, 100))).toEqual({ status: "created", option: 0, amountMicroUsd: 30, repeated: true });
    expect(await ledger.reserve(reserveOf("s", 71, 100))).toMatchObject({ status: "exceeds_cap", available: 70 });
    expect(await ledger.attempts.finish(finishOf("r", 1))).toMatchObject({ status: "already_finished" });
    expect(await ledger.settleLate({ ...finishOf("r", 1) })).toEqual({ status: "already_settled" });
    expect(await ledger.unclearedReservations(2, 1)).toMatchObject([{ reservationId: "r", openMicroUsd: 25, attempts: [{ status: "finished", basis: "usage" }, { status: "in_flight", worstCaseTokens: 0 }] }]);
    expect((await ledger.attempts.begin(beginOf("r", 18, 2))).status).toBe("exceeds_reservation");
    expect((await ledger.attempts.finish(finishOf("r", 8, "out", 1))).status).toBe("finished");
    expect(await ledger.release({ reservationId: "r", nowMicros: 2 })).toEqual({ status: "released", freedMicroUsd: 17 });
    expect(await sales()).toMatchObject({ reserved: 0, settled: 13 });
    expect(verifyJournal(await ledger.outbox.read(9), await ledger.balances())).toEqual([]);
    await ledger.close();
    const again = openSqliteLedger({ path: join(dir, "ledger.db") });
    expect(await again.uncleared()).toEqual({ count: 0, oldestReservedAtMicros: null });
    await again.close();
  });
});
