import fc from "fast-check";
import { JournalFold } from "./journal-fold";
import { LedgerModel } from "./ledger-model";
import type { AccountRef, Balance, JournalEntry, LedgerSnapshot, Reserve } from "./ledger-store";
import { journalFindings, snapshotOf } from "./rebuild";

const HOUR = 3_600_000_000;
const account = (scope: string, over: Partial<AccountRef> = {}): AccountRef => ({ scope, window: "2026-11", unit: "usd", only: null, cap: 1_000, hard: true, ...over });
const ACCOUNTS = [account("tenant:acme"), account("department:acme/sales"), account("tenant:acme", { unit: "tokens", cap: 9_000 }), account("tenant:acme", { unit: "requests", cap: null })];

function reserveOf(reservationId: string, amount: number, nowMicros: number): Reserve {
  const lines = [{ unit: "tokens" as const, only: null, amounts: [2 * amount] }, { unit: "requests" as const, only: null, amounts: [1] }];
  return { reservationId, requestId: `request of ${reservationId}`, tenant: "acme", amountsMicroUsd: [amount], lines, accounts: ACCOUNTS, deadlineAtMicros: nowMicros, nowMicros };
}

/** A life of a ledger: each reservation goes as far as its number says. */
const life = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 90 }), charge: fc.integer({ min: 0, max: 90 }), far: fc.integer({ min: 0, max: 4 }) }), { minLength: 1, maxLength: 25 });
type Life = readonly { readonly amount: number; readonly charge: number; readonly far: number }[];

function livedModel(steps: Life): LedgerModel {
  const model = new LedgerModel();
  steps.forEach(({ amount, charge, far }, index) => {
    const [reservationId, nowMicros] = [`r${index}`, 1 + index];
    const attempt = { attemptId: `r${index}.attempt.0`, reservationId, nowMicros };
    if (model.reserve(reserveOf(reservationId, amount, nowMicros)).status !== "created" || far === 0) return;
    model.begin({ ...attempt, worstCaseMicroUsd: amount, worstCaseTokens: amount, owner: "me" });
    if (far === 2) model.release({ reservationId, nowMicros });
    if (far === 1) return;
    const basis = far === 4 ? ("unseen" as const) : ("usage" as const);
    model.finish({ ...attempt, chargeMicroUsd: Math.min(charge, amount), chargeTokens: Math.min(charge, amount), basis, costNanoUsd: 1n, outcome: new Uint8Array(1) });
    if (far >= 3) model.release({ reservationId, nowMicros });
    if (far === 4) model.settleLate({ ...attempt, chargeMicroUsd: 0, costNanoUsd: 0n });
  });
  model.placeOverride({ overrideId: "o", scope: "tenant:acme", window: "2026-11", unit: "usd", tenant: "acme", deltaCap: 500, by: "ann", reason: "fair", fromMicros: 1, untilMicros: HOUR, declaredCap: 1_000, nowMicros: 99 });
  return model;
}

function folded(entries: readonly JournalEntry[], opening: LedgerSnapshot | null = null): JournalFold {
  const fold = new JournalFold(opening);
  for (const entry of entries) fold.add(entry);
  return fold;
}

const inOrder = (balances: readonly Balance[]) => [...balances].sort((a, b) => (JSON.stringify([a.scope, a.window, a.unit]) < JSON.stringify([b.scope, b.window, b.unit]) ? -1 : 1));

/** A journal with one clear and one open reservation; specs spoil one thing of it at a time. */
function soundJournal(): JournalEntry[] {
  return [...livedModel([{ amount: 40, charge: 30, far: 3 }, { amount: 20, charge: 0, far: 1 }]).entries];
}

const changed = (entries: JournalEntry[], index: number, over: Partial<JournalEntry>): JournalEntry[] => entries.with(index, { ...entries[index]!, ...over });

describe("rebuilding a ledger from its journal", () => {
  test("gives the balances, the uncleared reservations and the overrides that the ledger had, entries in any order and doubled", () => {
    fc.assert(
      fc.property(life, fc.infiniteStream(fc.nat()), (steps, dice) => {
        const model = livedModel(steps);
        const shuffled = [...model.entries, ...model.entries].map((entry) => [dice.next().value as number, entry] as const).sort(([a], [b]) => a - b);
        const fold = folded(shuffled.map(([, entry]) => entry));
        expect(journalFindings(fold)).toEqual([]);
        expect(fold.entries).toBe(model.entries.length);
        const snapshot = snapshotOf(fold, "next");
        expect(inOrder(snapshot.balances)).toEqual(inOrder(model.balances));
        expect(snapshot.overrides).toEqual(model.overrides);
        expect(snapshot.sequence).toBe(model.entries.length);
        const open = model.unclearedReservations(HOUR, 99).map(({ reservationId, openMicroUsd, released }) => [reservationId, openMicroUsd, released]);
        expect(fold.reservations.list.map(({ reservationId, accounts, released }) => [reservationId, accounts[0]?.open, released])).toEqual(open);
      }),
    );
  });

  test("I3 no overspend: what is rebuilt goes on where the lost one stopped, and an event that comes again is not paid twice", () => {
    const model = livedModel([{ amount: 40, charge: 30, far: 3 }, { amount: 20, charge: 0, far: 1 }]);
    const rebuilt = new LedgerModel();
    expect(rebuilt.restore(snapshotOf(folded(model.entries), "next"))).toEqual({ status: "restored" });
    expect(rebuilt.reserve(reserveOf("r0", 40, 9)).status).toBe("exists_with_different_amount");
    expect(rebuilt.reserve(reserveOf("new", 1_451, 9)).status).toBe("exceeds_cap");
    expect(rebuilt.reserve(reserveOf("new2", 900, 9))).toMatchObject({ status: "created" });
    rebuilt.finish({ attemptId: "r1.attempt.0", reservationId: "r1", chargeMicroUsd: 20, chargeTokens: 20, costNanoUsd: 1n, outcome: new Uint8Array(1), nowMicros: 9 });
    rebuilt.release({ reservationId: "r1", nowMicros: 9, callsKnown: true });
    const after = [...model.entries, ...rebuilt.entries];
    expect(journalFindings(folded(after))).toEqual([]);
    expect(inOrder(snapshotOf(folded(after), "x").balances)).toEqual(inOrder(rebuilt.balances));
  });

  test("goes on from an opening: what it counted is not counted again", () => {
    const { entries, balances } = livedModel([{ amount: 40, charge: 30, far: 3 }, { amount: 20, charge: 0, far: 1 }, { amount: 9, charge: 9, far: 3 }]);
    const opening = snapshotOf(folded(entries.slice(0, 4)), "x");
    for (const rest of [entries, entries.slice(4)]) {
      const fold = folded(rest, opening);
      expect(journalFindings(fold)).toEqual([]);
      expect(inOrder(snapshotOf(fold, "x").balances)).toEqual(inOrder(balances));
    }
    expect(folded([], opening).reservations.count).toBe(1);
    expect(journalFindings(folded(entries.slice(5), opening))).toContain("entry 5 is missing");
  });

  test("brings back the changes of caps that last, also of accounts that nothing was charged to", () => {
    const model = livedModel([{ amount: 40, charge: 30, far: 3 }]);
    const override = (overrideId: string, scope: string, untilMicros: number) =>
      model.placeOverride({ overrideId, scope, window: "2026-11", unit: "usd", tenant: "acme", deltaCap: 7, by: "ann", reason: "fair", fromMicros: 0, untilMicros, declaredCap: 5, nowMicros: 1 });
    override("new", "department:acme/hr", HOUR);
    override("over", "tenant:acme", 50);
    const { balances, overrides } = snapshotOf(folded(model.entries), "next");
    expect(overrides.map(({ overrideId }) => overrideId)).toEqual(["o", "new"]);
    expect(balances.find(({ scope }) => scope === "department:acme/hr")).toMatchObject({ reserved: 0, settled: 0, changes: [{ overrideId: "new", deltaCap: 7 }] });
    expect(balances.find(({ scope, unit }) => scope === "tenant:acme" && unit === "usd")).toMatchObject({ cap: 1_000, changes: [{ overrideId: "o" }] });
  });

  test("forgets a cleared reservation an hour later, by the journal's time", () => {
    const fold = folded(soundJournal());
    expect(fold.reservations.clearedLately.map(({ reservationId }) => reservationId)).toEqual(["r0"]);
    const later = livedModel([{ amount: 40, charge: 30, far: 3 }]).entries.map((entry) => ({ ...entry, entryId: `${entry.entryId}.later`, sequence: entry.sequence + 9, reservationId: "later", atMicros: 2 * HOUR, postings: [] }));
    for (const entry of later) fold.add(entry);
    expect(fold.reservations.clearedLately.map(({ reservationId }) => reservationId)).toEqual(["later"]);
  });
});

describe("a journal that cannot be", () => {
  const SPOILED: readonly (readonly [title: string, entries: JournalEntry[], finding: string])[] = [
    ["a lost entry", soundJournal().toSpliced(1, 1), "entry 2 is missing"],
    ["several", soundJournal().filter(({ sequence }) => sequence !== 2 && sequence !== 3), "entries 2 to 3 are missing"],
    ["two entries in one place", [...soundJournal(), { ...soundJournal()[1]!, entryId: "other" }], "two entries have sequence 2, one of them is `other`: the journal forked there"],
    ["an amount that does not follow", changed(soundJournal(), 1, { postings: soundJournal()[1]!.postings.map((one) => ({ ...one, settledAfter: one.settledAfter + 1 })) }), "an entry of `tenant:acme 2026-11` leaves other amounts than the entries up to it add up to"],
    ["a last amount that is none", soundJournal().slice(0, 1).map((entry) => ({ ...entry, postings: entry.postings.map((one) => ({ ...one, reservedAfter: 7 })) })), "the entries of `tenant:acme 2026-11` add up to 40 reserved and 0 settled, entry 1 leaves it at 7 and 0"],
    ["a settlement of nothing reserved", soundJournal().slice(1, 2), "`r0` was settled or released and never reserved"],
    ["more taken than reserved", changed(soundJournal(), 1, { postings: soundJournal()[1]!.postings.map((one) => ({ ...one, reservedDelta: -90 })) }), "`r0` took more from `tenant:acme 2026-11` than it had reserved"],
    ["an account below zero", soundJournal().slice(0, 1).map((entry) => ({ ...entry, postings: entry.postings.map((one) => ({ ...one, settledAfter: -1 })) })), "entry `r0.reserved` takes `tenant:acme 2026-11` below zero"],
    ["money reserved that no reservation holds", changed(soundJournal(), 3, { kind: "refused" }), "`tenant:acme 2026-11` has 20 reserved, the uncleared reservations hold 0"],
  ];

  test.each(SPOILED)("is found out: %s", (_title, entries, finding) => {
    expect(journalFindings(folded(entries))).toContain(finding);
  });

  test("is bounded in what it says, and refuses what is no sequence", () => {
    const holes = Array.from({ length: 40 }, (_, index) => ({ ...soundJournal()[0]!, sequence: 2 * index + 2, entryId: `e${index}`, postings: [] }));
    expect(journalFindings(folded(holes)).filter((finding) => finding.includes("missing"))).toHaveLength(10);
    expect(() => folded([{ ...soundJournal()[0]!, sequence: 1e15 }])).toThrow("has sequence `1000000000000000`");
  });
});
