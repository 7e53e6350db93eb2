import { type JournalEntry, verifyJournal } from "@leverframe/budget";
import type { Ledger } from "./ledger";
import type { LedgerStoreUnderTest } from "./ledger.conformance";
import { type SpenderOptions, startSpender } from "./testing/spender-process";

/** A store that processes can be started on. */
export interface SharedStore extends LedgerStoreUnderTest {
  readonly address: SpenderOptions["store"];
}

const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** What must hold when several processes share the store and some of them die. */
export function describeLedgerProcesses(name: string, create: () => Promise<SharedStore>): void {
  describe(`${name} as the ledger of several processes`, () => {
    let store: SharedStore;
    beforeEach(async () => {
      store = await create();
    });
    afterEach(() => store.dispose());

    test("I3 no overspend: processes racing for one cap are granted exactly the cap", async () => {
      const spender = { store: store.address, cap: 3_000, lanes: 8, spendsMax: 1_000 };
      const spenders = await Promise.all(["a", "b", "c"].map((one) => startSpender({ ...spender, name: one })));
      await Promise.all(spenders.map(({ ended }) => ended));
      const ledger = await store.open();
      const [tenant] = await ledger.balances();
      expect(tenant?.reserved).toBe(0);
      // A spend needs 10 and costs 7: the last one fits while 10 are left.
      expect(tenant?.settled).toBeGreaterThan(3_000 - 10);
      expect(tenant?.settled).toBeLessThanOrEqual(3_000);
      expect(verifyJournal(await journalOf(ledger), await ledger.balances())).toEqual([]);
    });

    test("I3 no overspend: 10 processes with 1,000 reserves each, all at once on one cap: exactly the cap is granted, and everybody is told", async () => {
      // Each takes 10: three micro-dollars of the cap pay for nothing.
      const racer = { store: store.address, cap: 10_003, lanes: 0, spendsMax: 0, atOnce: 1_000 };
      const racers = await Promise.all(Array.from({ length: 10 }, (_, index) => startSpender({ ...racer, name: `p${index}` })));
      const told = await Promise.all(racers.map(({ ended }) => ended));
      const count = (status: string) => told.reduce((sum, steps) => sum + (steps.get(status)?.size ?? 0), 0);
      expect([count("created"), count("exceeds_cap")]).toEqual([1_000, 9_000]);
      const ledger = await store.open();
      expect(await ledger.balances()).toMatchObject([{ reserved: 10_000, settled: 0 }]);
      expect(verifyJournal(await journalOf(ledger), await ledger.balances())).toEqual([]);
    });

    test("I3 no overspend: kill −9 of a spender loses nothing that it was told, and the journal proves the balances", async () => {
      const spender = { store: store.address, cap: 100_000_000, lanes: 8, spendsMax: 100_000 };
      const doomed = await Promise.all([
        startSpender({ ...spender, name: "a" }, 400),
        startSpender({ ...spender, name: "b" }, 700),
      ]);
      const steps = await Promise.all(doomed.map(({ ended }) => ended));
      const ledger = await store.open();
      const journal = await journalOf(ledger);
      const balances = await ledger.balances();
      expect(verifyJournal(journal, balances)).toEqual([]);
      for (const said of steps) {
        const ids = (step: string) => [...(said.get(step) ?? [])];
        const written = new Set(journal.map(({ entryId }) => entryId));
        expect(ids("created").filter((id) => !written.has(`${id}.reserved`))).toEqual([]);
        expect(ids("finished").filter((id) => !written.has(`${id}.attempt.0.settled`))).toEqual([]);
        expect(ids("released").filter((id) => !written.has(`${id}.released`))).toEqual([]);
        for (const id of ids("finished").slice(-5)) {
          const attempt = { attemptId: `${id}.attempt.0`, reservationId: id, worstCaseMicroUsd: 10 };
          const told = await ledger.attempts.begin({ ...attempt, owner: "next", nowMicros: 2 });
          expect(told.status === "finished" && text(told.outcome)).toBe(id);
        }
      }
      await clearAll(ledger, journal);
      const [tenant] = await ledger.balances();
      expect(tenant?.reserved).toBe(0);
      expect(await ledger.uncleared()).toMatchObject({ count: 0 });
      expect(verifyJournal(await journalOf(ledger), await ledger.balances())).toEqual([]);
    });
  });
}

/** Nothing is acknowledged in these tests, so the outbox is the whole journal. */
const journalOf = (ledger: Ledger): Promise<readonly JournalEntry[]> => ledger.outbox.read(1_000_000);

/** What a successor does: calls whose end nobody saw are charged at their worst case, then all is released. */
async function clearAll(ledger: Ledger, journal: readonly JournalEntry[]): Promise<void> {
  for (const { reservationId } of journal.filter(({ kind }) => kind === "reserved")) {
    const attempt = { attemptId: `${reservationId}.attempt.0`, reservationId, nowMicros: 2 };
    await ledger.attempts.finish({ ...attempt, chargeMicroUsd: 10, costNanoUsd: 10_000n, outcome: new Uint8Array(1) });
    await ledger.release({ reservationId, nowMicros: 2 });
  }
}
