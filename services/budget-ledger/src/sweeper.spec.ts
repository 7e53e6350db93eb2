import { type AccountRef, verifyJournal } from "@leverframe/budget";
import { decodeOutcome } from "@leverframe/execution";
import { type Ledger, openSqliteLedger } from "@leverframe/ledger";
import { Registry } from "prom-client";
import { registerLedgerMetrics } from "./ledger-metrics";
import { Sweeper, type SweeperOptions, type Swept } from "./sweeper";

const LIMITS = { callMicrosMax: 100, idleMicrosMax: 1_000 };
const ACCOUNTS: readonly AccountRef[] = [{ scope: "tenant:acme", window: "2026-11", unit: "usd", only: null, cap: 100, hard: true }];

describe("the sweeper", () => {
  let ledger: Ledger;
  let nowMicros = 0;
  let swept: Swept[] = [];
  const clock = { nowMicros: () => nowMicros };
  beforeEach(() => {
    ledger = openSqliteLedger({ path: ":memory:" });
    nowMicros = 0;
    swept = [];
  });
  afterEach(() => ledger.close());

  const sweeper = (over: Partial<SweeperOptions> = {}) =>
    new Sweeper({ ledger, clock, limits: LIMITS, periodMs: 60_000, onSwept: (one) => swept.push(one), onError: (error) => expect(error).toBeUndefined(), ...over });
  const reserve = (reservationId: string) =>
    ledger.reserve({ reservationId, requestId: reservationId, tenant: "acme", amountsMicroUsd: [20], accounts: ACCOUNTS, deadlineAtMicros: 1e15, nowMicros });
  const begin = (reservationId: string) =>
    ledger.attempts.begin({ attemptId: `${reservationId}.attempt.0`, reservationId, worstCaseMicroUsd: 10, owner: "dead", nowMicros });
  const balance = async () => (await ledger.balances())[0];

  it("I3 no overspend: leaves alone what may be alive, settles at the worst case what is not, and then releases the rest", async () => {
    await reserve("r");
    nowMicros = 50;
    await begin("r");
    nowMicros = 149;
    await sweeper().look();
    expect(await balance()).toMatchObject({ reserved: 20, settled: 0 });
    nowMicros = 150;
    await sweeper().look();
    expect(await balance()).toMatchObject({ reserved: 10, settled: 10 });
    nowMicros = 1_000;
    await sweeper().look();
    await sweeper().look();
    expect(await balance()).toMatchObject({ reserved: 0, settled: 10 });
    expect(swept.map(({ steps }) => steps.map(({ step }) => step))).toEqual([["settle"], ["release"]]);
    expect(verifyJournal(await ledger.outbox.read(99), await ledger.balances())).toEqual([]);
  });

  it("I4 exactly one answer: an executor that comes back finds the call ended, and its own end corrects the charge", async () => {
    await reserve("r");
    await begin("r");
    nowMicros = 100;
    await sweeper().look();
    const found = await begin("r");
    expect(found.status === "finished" && decodeOutcome(found.outcome).attempt).toMatchObject({ attemptId: "r.attempt.0", outcome: "outcome_unknown", costNanoUsd: 10_000n });
    const late = { attemptId: "r.attempt.0", reservationId: "r", chargeMicroUsd: 3, costNanoUsd: 3_000n, outcome: new Uint8Array(1), nowMicros };
    expect((await ledger.attempts.finish(late)).status).toBe("late_settled");
    expect(await balance()).toMatchObject({ settled: 3 });
    expect(verifyJournal(await ledger.outbox.read(99), await ledger.balances())).toEqual([]);
  });

  it("takes the provider's word where there is one", async () => {
    await reserve("r");
    await begin("r");
    nowMicros = 120;
    const ends = new Map([["r.attempt.0", { costNanoUsd: 4_000n, chargeMicroUsd: 4, chargeTokens: 0 }]]);
    await sweeper({ told: { look: () => Promise.reject(new Error("away")), endsOf: () => ends }, onError: (error) => expect(error).toMatchObject({ message: "away" }) }).look();
    expect(await balance()).toMatchObject({ settled: 4 });
  });

  it("charges once when several processes sweep at once, and looks one at a time itself", async () => {
    for (let index = 0; index < 4; index++) await reserve(`r${index}`).then(() => begin(`r${index}`));
    nowMicros = 1_000;
    const one = sweeper();
    await Promise.all([one.look(), one.look(), sweeper().look(), sweeper().look()]);
    expect(await balance()).toMatchObject({ reserved: 0, settled: 40 });
    expect(verifyJournal(await ledger.outbox.read(99), await ledger.balances())).toEqual([]);
  });

  it("goes on after a store that is away, and ends when it is stopped", async () => {
    const errors: unknown[] = [];
    const away = { ...ledger, unclearedReservations: () => Promise.reject(new Error("away")) } as unknown as Ledger;
    const one = sweeper({ ledger: away, onError: (error) => errors.push(error), periodMs: 1 });
    one.start();
    while (errors.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    await one.stop();
  });

  it("tells the age of the oldest, what was swept, and nothing while the store is away", async () => {
    const registry = new Registry();
    let away = false;
    const asked = { counts: () => ledger.counts(), uncleared: () => (away ? Promise.reject(new Error("away")) : ledger.uncleared()) };
    const metrics = registerLedgerMetrics(registry, asked, clock);
    expect(await registry.metrics()).toContain("leverframe_ledger_uncleared_oldest_seconds 0");
    nowMicros = 5_000_000;
    await reserve("r");
    nowMicros = 65_000_000;
    expect(await registry.metrics()).toContain("leverframe_ledger_uncleared_oldest_seconds 60");
    await sweeper({ onSwept: (one) => metrics.swept(one) }).look();
    expect(await registry.metrics()).toContain('leverframe_ledger_swept_total{step="released"} 1');
    expect(await registry.metrics()).toContain("leverframe_ledger_uncleared 0");
    away = true;
    expect(await registry.metrics()).not.toMatch(/^leverframe_ledger_uncleared/m);
  });
});
