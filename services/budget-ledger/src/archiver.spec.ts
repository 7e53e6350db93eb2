import { type AccountKey, verifyJournal } from "@leverframe/budget";
import { type Ledger, openSqliteLedger } from "@leverframe/ledger";
import { Registry } from "prom-client";
import { Archiver, type ArchiverOptions } from "./archiver";
import { registerLedgerMetrics } from "./ledger-metrics";

const DAY = 86_400_000_000;
const START = Date.parse("2026-01-01T00:00:00Z") * 1_000;
const RETENTION = { hourDays: 8, dayDays: 35, monthDays: 400, runDays: 35 };
const dayOf = (micros: number) => new Date(micros / 1_000).toISOString().slice(0, "2026-01-01".length);

describe("the archiver", () => {
  let ledger: Ledger;
  let nowMicros = START;
  let archived: string[];
  const clock = { nowMicros: () => nowMicros };
  beforeEach(() => {
    nowMicros = START;
    archived = [];
    ledger = openSqliteLedger({ path: ":memory:", clock });
  });
  afterEach(() => ledger.close());

  const archiver = (over: Partial<ArchiverOptions> = {}) =>
    new Archiver({
      ledger, clock, retention: RETENTION, periodMs: 60_000,
      onArchived: ({ scope, window }) => archived.push(`${scope} ${window}`), onError: (error) => expect(error).toBeUndefined(), ...over,
    });
  const spend = async (id: string, accounts: readonly AccountKey[]) => {
    const attempt = { attemptId: `${id}.attempt.0`, reservationId: id, nowMicros };
    const refs = accounts.map((one) => ({ ...one, only: null, cap: 1_000_000, hard: true }));
    const { status } = await ledger.reserve({ reservationId: id, requestId: id, tenant: "acme", amountsMicroUsd: [10], accounts: refs, deadlineAtMicros: nowMicros, nowMicros });
    await ledger.attempts.begin({ ...attempt, worstCaseMicroUsd: 10, owner: "me" });
    await ledger.attempts.finish({ ...attempt, chargeMicroUsd: 7, costNanoUsd: 7_000n, outcome: new Uint8Array(1) });
    await ledger.release({ reservationId: id, nowMicros });
    return status;
  };
  const usd = (scope: string, window: string): AccountKey => ({ scope, window, unit: "usd" });
  const windows = async () => (await ledger.balances()).map(({ scope, window }) => `${scope} ${window}`);

  it("keeps the accounts of a store bounded through two years: what leaves is what its retention lets go, and the journal proves all of it", async () => {
    const one = archiver();
    let most = 0;
    for (let day = 0; day < 730; day++) {
      const today = dayOf(nowMicros);
      const accounts = [usd("tenant:acme", today.slice(0, 7)), usd("tenant:acme", today), usd("tenant:acme", `${today}T08+00:00`), usd("tenant:acme", "total"), usd(`run:acme/${day}`, "total")];
      expect(await spend(`r${day}`, accounts)).toBe("created");
      nowMicros += DAY;
      await one.look();
      most = Math.max(most, (await ledger.counts()).accounts);
    }
    // 15 months, 36 days, 9 hours, 37 runs, and the total.
    expect(most).toBeLessThanOrEqual(15 + 37 + 10 + 38 + 1);
    expect(await ledger.balancesOf([usd("tenant:acme", "total")])).toMatchObject([{ settled: 730 * 7 }]);
    expect(await windows()).toEqual(expect.arrayContaining(["tenant:acme 2026-12", "tenant:acme 2027-12-30"]));
    expect(await windows()).not.toEqual(expect.arrayContaining(["tenant:acme 2026-10"]));
    expect(verifyJournal(await ledger.outbox.read(100_000), await ledger.balances())).toEqual([]);
  });

  it("goes a bounded part of the way at each look, and comes by every account", async () => {
    const scopes = Array.from({ length: 4_500 }, (_, index) => `user:acme/${String(index).padStart(4, "0")}`);
    await Promise.all(scopes.map((scope) => spend(scope, [usd(scope, "2026-01-01")])));
    nowMicros += 40 * DAY;
    const one = archiver();
    const left: number[] = [];
    while (left.at(-1) !== 0) {
      await one.look();
      left.push((await ledger.counts()).accounts);
    }
    expect(left).toEqual([2_500, 500, 0]);
  });

  it("closes each account once when several processes look at once, leaves what is in use, and goes on after a store that was away", async () => {
    await spend("a", [usd("tenant:acme", "2026-01-01"), usd("tenant:acme", "2026-01")]);
    await ledger.reserve({ reservationId: "held", requestId: "held", tenant: "acme", amountsMicroUsd: [5], accounts: [{ ...usd("user:acme/ann", "2026-01-01"), only: null, cap: null, hard: false }], deadlineAtMicros: nowMicros, nowMicros });
    nowMicros += 40 * DAY;
    const errors: unknown[] = [];
    await archiver({ ledger: { ...ledger, accountsFrom: () => Promise.reject(new Error("away")) } as unknown as Ledger, onError: (error) => errors.push(error) }).look();
    expect(errors).toHaveLength(1);
    await Promise.all([archiver().look(), archiver().look(), archiver().look()]);
    expect(archived).toEqual(["tenant:acme 2026-01-01"]);
    expect(await windows()).toEqual(["tenant:acme 2026-01", "user:acme/ann 2026-01-01"]);
    await ledger.release({ reservationId: "held", nowMicros });
    await archiver().look();
    expect(await windows()).toEqual(["tenant:acme 2026-01"]);
  });

  it("tells how much the store holds, and how much was closed", async () => {
    const registry = new Registry();
    const metrics = registerLedgerMetrics(registry, ledger, clock);
    await spend("a", [usd("tenant:acme", "2026-01-01"), usd("tenant:acme", "2026-01")]);
    expect(await registry.metrics()).toContain("leverframe_ledger_accounts 2");
    expect(await registry.metrics()).toContain("leverframe_ledger_records 1");
    nowMicros += 40 * DAY;
    await archiver({ onArchived: () => metrics.archived() }).look();
    expect(await registry.metrics()).toContain("leverframe_ledger_accounts 1");
    expect(await registry.metrics()).toContain("leverframe_ledger_archived_total 1");
  });
});
