import { type AccountKey, type Archive, type Balance, JournalFold, type Reserve, snapshotOf, verifyJournal } from "@leverframe/budget";
import type { Ledger } from "./ledger";
import { beginOf, finishOf } from "./ledger.conformance";
import type { SharedStore } from "./ledger-processes.conformance";
import { startSpender } from "./testing/spender-process";

const HOUR: AccountKey = { scope: "tenant:acme", window: "2026-11-21T08+00:00", unit: "usd" };
const MONTH: AccountKey = { scope: "department:acme/r&d", window: "2026-11", unit: "usd" };
const EVERYTHING = 1_000_000;

const archiveOf = (account: AccountKey, nowMicros = 1_000): Archive => ({ ...account, idleMicrosMin: null, nowMicros });
const reserveOf = (reservationId: string, accounts: readonly AccountKey[]): Reserve => ({
  reservationId, requestId: "q", tenant: "acme", amountsMicroUsd: [10], accounts: accounts.map((one) => ({ ...one, only: null, cap: 100, hard: true })), deadlineAtMicros: 1, nowMicros: 1,
});

async function spend(ledger: Ledger, id: string, accounts: readonly AccountKey[], basis: "usage" | "unseen" = "usage"): Promise<void> {
  await ledger.reserve(reserveOf(id, accounts));
  await ledger.attempts.begin(beginOf(id, 10));
  await ledger.attempts.finish({ ...finishOf(id, 10), basis });
  await ledger.release({ reservationId: id, nowMicros: 1 });
}

async function allAccounts(ledger: Ledger, countMax: number): Promise<readonly Balance[]> {
  const found: Balance[] = [];
  let cursor: string | null = null;
  do {
    const page = await ledger.accountsFrom(cursor, countMax);
    found.push(...page.accounts);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

const sound = async (ledger: Ledger) => expect(verifyJournal(await ledger.outbox.read(EVERYTHING), await ledger.balances())).toEqual([]);

/** How accounts whose time is over leave a store, on top of the replay against the model. */
export function describeArchive(name: string, create: () => Promise<SharedStore>): void {
  describe(`${name} as the ledger that closes accounts`, () => {
    let store: SharedStore;
    beforeEach(async () => {
      store = await create();
    });
    afterEach(() => store.dispose());

    test("I3 no overspend: an account that many close at once, while others charge to it, is closed with what it had, each time once", async () => {
      const clients = await Promise.all(Array.from({ length: 4 }, () => store.open()));
      await spend(clients[0]!, "first", [HOUR, MONTH]);
      const closings = clients.flatMap((client, index) => Array.from({ length: 10 }, (_, turn) => client.archive(archiveOf(HOUR, 1_000 + 10 * turn + index))));
      const spends = clients.map((client, index) => spend(client, `r${index}`, [HOUR, MONTH]));
      const [told] = await Promise.all([Promise.all(closings), Promise.all(spends)]);
      const closed = told.flatMap((one) => (one.status === "archived" ? [one.settled] : []));
      const left = (await clients[0]!.balancesOf([HOUR]))[0]!.settled;
      expect(closed.reduce((sum, settled) => sum + settled, left)).toBe(50);
      const journal = await clients[0]!.outbox.read(EVERYTHING);
      expect(journal.filter(({ kind }) => kind === "archived")).toHaveLength(closed.length);
      await sound(clients[0]!);
    });

    test("a late count corrects the accounts that are left, and is refused by name when none is", async () => {
      const ledger = await store.open();
      await spend(ledger, "both", [HOUR, MONTH], "unseen");
      await spend(ledger, "hour", [HOUR], "unseen");
      expect(await ledger.archive(archiveOf(HOUR))).toEqual({ status: "archived", settled: 20 });
      expect(await ledger.settleLate({ ...finishOf("both", 4), nowMicros: 9 })).toEqual({ status: "late_settled", freedMicroUsd: 6 });
      expect(await ledger.settleLate({ ...finishOf("hour", 4), nowMicros: 9 })).toEqual({ status: "account_archived" });
      expect((await ledger.attempts.finish(finishOf("hour", 4))).status).toBe("already_finished");
      expect(await ledger.balances()).toMatchObject([{ ...MONTH, settled: 4 }]);
      await sound(ledger);
    });

    test("a call that costs nothing may end after its account was closed", async () => {
      const ledger = await store.open();
      await ledger.reserve({ ...reserveOf("free", [HOUR]), amountsMicroUsd: [0] });
      await ledger.attempts.begin(beginOf("free", 0));
      expect((await ledger.archive(archiveOf(HOUR))).status).toBe("archived");
      expect((await ledger.attempts.finish(finishOf("free", 0))).status).toBe("finished");
      expect((await ledger.release({ reservationId: "free", nowMicros: 2 })).status).toBe("released");
      expect(await ledger.uncleared()).toMatchObject({ count: 0 });
      await sound(ledger);
    });

    test("a walk in pages comes by every account, and a closed one is not counted any more", async () => {
      const ledger = await store.open();
      const accounts = Array.from({ length: 300 }, (_, index): AccountKey => ({ scope: `run:acme/'${index}' %"\\`, window: "total", unit: index % 2 ? "usd" : "requests" }));
      const lines = [{ unit: "requests" as const, only: null, amounts: [1] }];
      await Promise.all(accounts.map((account, index) => ledger.reserve({ ...reserveOf(`r${index}`, [account]), lines })));
      const scopes = async () => new Set((await allAccounts(ledger, 7)).map(({ scope }) => scope)).size;
      expect(await scopes()).toBe(300);
      expect(await ledger.counts()).toMatchObject({ accounts: 300 });
      expect((await ledger.counts()).records).toBeGreaterThanOrEqual(300);
      for (const account of accounts.filter(({ unit }) => unit === "requests")) expect(await ledger.archive(archiveOf(account))).toEqual({ status: "archived", settled: 1 });
      expect(await scopes()).toBe(150);
      expect(await ledger.counts()).toMatchObject({ accounts: 150 });
      expect(await ledger.archive(archiveOf(accounts[1]!))).toEqual({ status: "pending" });
      await sound(ledger);
    });

    test("what a rebuild brings back has no closed account, and marks of the lost store count no more", async () => {
      const ledger = await store.open();
      await spend(ledger, "a", [HOUR, MONTH]);
      await ledger.archive(archiveOf(HOUR));
      const idle = { ...MONTH, idleMicrosMin: 10 };
      expect(await ledger.archive({ ...idle, nowMicros: 100 })).toEqual({ status: "in_use" });
      const fold = new JournalFold();
      for (const entry of await ledger.outbox.read(EVERYTHING)) fold.add(entry);
      expect(await ledger.restore(snapshotOf(fold, "next"))).toEqual({ status: "restored" });
      const next = await store.open();
      expect(await next.balances()).toMatchObject([{ ...MONTH, settled: 10 }]);
      expect(await next.archive({ ...idle, nowMicros: 200 })).toEqual({ status: "in_use" });
      expect(await next.archive({ ...idle, nowMicros: 210 })).toEqual({ status: "archived", settled: 10 });
      await sound(next);
    });

    test("a command that is none is refused", async () => {
      const ledger = await store.open();
      for (const wrong of [{ window: "request" }, { window: "2026-11-21T08:15" }, { scope: "" }, { idleMicrosMin: -1 }]) {
        await expect(ledger.archive({ ...archiveOf(HOUR), ...wrong })).rejects.toMatchObject({ code: "bad_input" });
      }
    });

    test("I3 no overspend: kill −9 of processes that spend and close accounts: each account was closed once or is there, and the journal proves it", async () => {
      const spender = { store: store.address, cap: 100_000_000, lanes: 8, spendsMax: 100_000, archives: true };
      const doomed = await Promise.all([startSpender({ ...spender, name: "a" }, 400), startSpender({ ...spender, name: "b" }, 700)]);
      const said = await Promise.all(doomed.map(({ ended }) => ended));
      const ledger = await store.open();
      const journal = await ledger.outbox.read(EVERYTHING);
      const closed = journal.filter(({ kind }) => kind === "archived").map(({ postings }) => postings[0]?.scope);
      expect(new Set(closed).size).toBe(closed.length);
      const told = said.flatMap((steps) => [...(steps.get("archived") ?? [])]);
      expect(told.length).toBeGreaterThan(0);
      expect(told.filter((id) => !closed.includes(`run:acme/${id}`))).toEqual([]);
      const there = new Set((await ledger.balances("run:")).map(({ scope }) => scope));
      expect(closed.filter((scope) => there.has(scope ?? ""))).toEqual([]);
      await sound(ledger);
    });
  });
}
