import fc from "fast-check";
import type { Archive } from "./archive-terms";
import { JournalFold } from "./journal-fold";
import { LedgerModel } from "./ledger-model";
import type { AccountKey, AccountRef, JournalEntry, LedgerSnapshot, Reserve } from "./ledger-store";
import { journalFindings, snapshotOf } from "./rebuild";
import { StoreCheck, type StorePicture } from "./store-check";
import { verifyJournal } from "./verify-journal";

const HOUR: AccountKey = { scope: "tenant:acme", window: "2026-11-21T08+00:00", unit: "usd" };
const MONTH: AccountKey = { scope: "tenant:acme", window: "2026-11", unit: "usd" };
const RUN: AccountKey = { scope: "run:acme/r1", window: "total", unit: "tokens" };
const LATE = 1_000;

const ref = (account: AccountKey, cap: number | null = 100): AccountRef => ({ ...account, only: null, cap, hard: true });
const reserveOf = (id: string, amount: number, accounts: readonly AccountKey[] = [HOUR, MONTH, RUN], cap = 100, nowMicros = 1): Reserve => ({
  reservationId: id, requestId: "q", tenant: "acme", amountsMicroUsd: [amount], lines: [{ unit: "tokens", only: null, amounts: [amount] }],
  accounts: accounts.map((account) => ref(account, cap)), deadlineAtMicros: nowMicros, nowMicros,
});
const attemptOf = (id: string) => ({ attemptId: `${id}.attempt.0`, reservationId: id, nowMicros: 2 });
const archiveOf = (account: AccountKey, idleMicrosMin: number | null = null, nowMicros = LATE): Archive => ({ ...account, idleMicrosMin, nowMicros });

function spend(model: LedgerModel, id: string, charge: number, basis: "usage" | "unseen" = "usage", accounts?: readonly AccountKey[]): string {
  const { status } = model.reserve(reserveOf(id, charge, accounts));
  model.begin({ ...attemptOf(id), worstCaseMicroUsd: charge, worstCaseTokens: charge, owner: "me" });
  model.finish({ ...attemptOf(id), chargeMicroUsd: charge, chargeTokens: charge, costNanoUsd: 0n, basis, outcome: new Uint8Array(1) });
  model.release({ reservationId: id, nowMicros: 3 });
  return status;
}

function folded(entries: readonly JournalEntry[], opening: LedgerSnapshot | null = null): JournalFold {
  const fold = new JournalFold(opening);
  for (const entry of entries) fold.add(entry);
  return fold;
}

const pictureOf = (model: LedgerModel, over: Partial<StorePicture> = {}): StorePicture => ({
  sequenceBefore: model.position, sequenceAfter: model.position, balances: model.balances, uncleared: model.uncleared(), overrides: model.overrides, ...over,
});

function findingsOf(model: LedgerModel, over: Partial<StorePicture> = {}): readonly string[] {
  const check = new StoreCheck(pictureOf(model, over));
  for (const entry of model.entries) check.add(entry);
  return [...check.findings(model.position, LATE), ...verifyJournal(model.entries, model.balances)];
}

describe("an account whose time is over", () => {
  let model: LedgerModel;
  beforeEach(() => {
    model = new LedgerModel();
  });

  test("is closed once, into an entry that says what it had settled, and is gone", () => {
    spend(model, "a", 30);
    expect(model.archive(archiveOf(HOUR))).toEqual({ status: "archived", settled: 30 });
    expect(model.archive(archiveOf(HOUR))).toEqual({ status: "unknown_account" });
    expect(model.balance(HOUR)).toBeUndefined();
    expect(model.entries.at(-1)).toMatchObject({
      entryId: "tenant:acme 2026-11-21T08+00:00 1000.archived", kind: "archived", amountMicroUsd: 30, tenant: "acme",
      postings: [{ ...HOUR, reservedDelta: 0, settledDelta: -30, reservedAfter: 0, settledAfter: 0, cap: 100 }],
    });
    expect(findingsOf(model)).toEqual([]);
  });

  test("I3 no overspend: stays while something of it is reserved, or somebody has changed its cap for a time to come", () => {
    model.reserve(reserveOf("a", 30));
    expect(model.archive(archiveOf(HOUR))).toEqual({ status: "pending" });
    model.release({ reservationId: "a", nowMicros: 4 });
    const override = { overrideId: "o", ...HOUR, tenant: "acme", deltaCap: 5, by: "ann", reason: "why", fromMicros: 0, untilMicros: LATE + 1, declaredCap: 100, nowMicros: 5 };
    model.placeOverride(override);
    expect(model.archive(archiveOf(HOUR))).toEqual({ status: "pending" });
    expect(model.archive(archiveOf(HOUR, null, LATE + 1))).toEqual({ status: "archived", settled: 0 });
  });

  test("that has no end leaves when nothing was charged to it for long enough, counted from the first look that found it so", () => {
    spend(model, "a", 30);
    const look = (nowMicros: number) => model.archive(archiveOf(RUN, 50, nowMicros)).status;
    expect([look(100), look(149)]).toEqual(["in_use", "in_use"]);
    spend(model, "b", 1);
    expect([look(160), look(209), look(210)]).toEqual(["in_use", "in_use", "archived"]);
    expect(findingsOf(model)).toEqual([]);
  });

  test("that something is charged to again begins at zero, and is closed again", () => {
    spend(model, "a", 90);
    model.archive(archiveOf(RUN));
    expect(spend(model, "b", 90, "usage", [RUN])).toBe("created");
    expect(model.balance(RUN)).toMatchObject({ settled: 90 });
    expect(model.archive(archiveOf(RUN, null, LATE + 1))).toEqual({ status: "archived", settled: 90 });
    expect(findingsOf(model)).toEqual([]);
  });

  test("is left out by a late count, which corrects the accounts that are still there; where none is, it is refused by name", () => {
    spend(model, "a", 30, "unseen");
    spend(model, "b", 20, "unseen", [HOUR]);
    model.archive(archiveOf(HOUR));
    expect(model.settleLate({ ...attemptOf("a"), chargeMicroUsd: 10, costNanoUsd: 0n })).toEqual({ status: "late_settled", freedMicroUsd: 20 });
    expect(model.balance(MONTH)).toMatchObject({ settled: 10 });
    const before = model.position;
    expect(model.settleLate({ ...attemptOf("b"), chargeMicroUsd: 5, costNanoUsd: 0n })).toEqual({ status: "account_archived" });
    expect(model.finish({ ...attemptOf("b"), chargeMicroUsd: 5, costNanoUsd: 0n, outcome: new Uint8Array(2) }).status).toBe("already_finished");
    expect(model.position).toBe(before);
    expect(findingsOf(model)).toEqual([]);
  });

  test("is not corrected for what it was charged before it was closed, when it was begun anew", () => {
    spend(model, "a", 30, "unseen", [HOUR]);
    model.archive(archiveOf(HOUR));
    spend(model, "b", 5, "usage", [HOUR]);
    expect(model.settleLate({ ...attemptOf("a"), chargeMicroUsd: 10, costNanoUsd: 0n })).toEqual({ status: "account_archived" });
    expect(model.balance(HOUR)).toMatchObject({ settled: 5 });
    expect(findingsOf(model)).toEqual([]);
  });

  test("is gone in a rebuilt ledger too, and one that came back is there", () => {
    spend(model, "a", 30);
    for (const account of [HOUR, RUN]) model.archive(archiveOf(account));
    spend(model, "b", 7, "usage", [RUN]);
    const fold = folded(model.entries.toReversed());
    expect(journalFindings(fold)).toEqual([]);
    const rebuilt = new LedgerModel();
    rebuilt.restore(snapshotOf(fold, "next"));
    expect([...rebuilt.balances].sort((a, b) => (a.scope < b.scope ? 1 : -1))).toEqual([model.balance(MONTH), model.balance(RUN)]);
    const opening = snapshotOf(folded(model.entries.slice(0, 3)), "x");
    expect(journalFindings(folded(model.entries.slice(3), opening))).toEqual([]);
    expect(snapshotOf(folded(model.entries.slice(3), opening), "x").balances).toHaveLength(2);
  });

  test("may be closed while the store is read: with it and without it the store agrees", () => {
    spend(model, "a", 30);
    const [before, balances] = [model.position, model.balances];
    model.archive(archiveOf(HOUR));
    expect(findingsOf(model, { sequenceBefore: before, balances })).toEqual([]);
    expect(findingsOf(model, { sequenceBefore: before })).toEqual([]);
    // Nobody closed the month: a store without it has lost it.
    const lost = { balances: model.balances.filter(({ window }) => window !== MONTH.window) };
    expect(findingsOf(model, lost)).toEqual(["`tenant:acme 2026-11` is in the journal and has no balance"]);
    expect(verifyJournal(model.entries, [...model.balances, { ...HOUR, cap: null, reserved: 0, settled: 30, changes: [] }])).toHaveLength(1);
  });

  test("opening + Σ entries = balance holds through any life with closings in it, and a rebuild gives the same accounts", () => {
    const step = fc.record({ kind: fc.constantFrom("spend", "hold", "free", "close", "correct"), id: fc.integer({ min: 0, max: 5 }), amount: fc.integer({ min: 0, max: 40 }), account: fc.constantFrom(HOUR, MONTH, RUN), unseen: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const lived = new LedgerModel();
        for (const [index, { kind, id, amount, account, unseen }] of steps.entries()) {
          if (kind === "spend") spend(lived, `s${id}`, amount, unseen ? "unseen" : "usage");
          if (kind === "hold") lived.reserve(reserveOf(`h${id}`, amount));
          if (kind === "free") lived.release({ reservationId: `h${id}`, nowMicros: 9 });
          if (kind === "close") lived.archive(archiveOf(account, unseen ? 2 : null, LATE + index));
          if (kind === "correct") lived.settleLate({ ...attemptOf(`s${id}`), chargeMicroUsd: 0, chargeTokens: 0, costNanoUsd: 0n });
        }
        expect(findingsOf(lived)).toEqual([]);
        const rebuilt = new LedgerModel();
        rebuilt.restore(snapshotOf(folded(lived.entries), "next"));
        const amounts = (of: LedgerModel) => of.balances.map(({ scope, window, reserved, settled }) => `${scope} ${window} ${reserved} ${settled}`).sort();
        expect(amounts(rebuilt)).toEqual(amounts(lived));
      }),
    );
  });
});
