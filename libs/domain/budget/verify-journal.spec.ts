import { LedgerModel } from "./ledger-model";
import { verifyJournal } from "./verify-journal";

function ledger() {
  const model = new LedgerModel();
  const accounts = [{ scope: "tenant:acme", window: "2026-11", unit: "usd" as const, only: null, cap: 100, hard: true }];
  for (const reservationId of ["r1", "r2"]) {
    const times = { deadlineAtMicros: 9, nowMicros: 1 };
    model.reserve({ reservationId, requestId: "q", tenant: "acme", amountsMicroUsd: [40], accounts, ...times });
  }
  model.release({ reservationId: "r1", nowMicros: 2 });
  return { entries: model.entries, balances: model.balances };
}

describe("verifying a journal", () => {
  test("finds nothing in a true one, in any order and with copies", () => {
    const { entries, balances } = ledger();
    expect(verifyJournal([...entries, ...entries].reverse(), balances)).toEqual([]);
  });

  test("finds a lost entry, also the last one", () => {
    const { entries, balances } = ledger();
    expect(verifyJournal(entries.slice(1), balances)[0]).toBe("entry `r2.reserved` has sequence 2, expected 1");
    expect(verifyJournal(entries.slice(0, -1), balances)).toEqual([
      "`tenant:acme 2026-11` has 40 reserved and 0 settled, the journal adds up to 80 and 0",
    ]);
  });

  test("finds a balance that was changed, one that is missing and one that nothing explains", () => {
    const { entries, balances } = ledger();
    const [balance] = balances;
    if (!balance) throw new Error("the ledger has one account");
    expect(verifyJournal(entries, [{ ...balance, settled: 1 }])).toHaveLength(1);
    expect(verifyJournal(entries, [])).toEqual(["`tenant:acme 2026-11` is in the journal and has no balance"]);
    expect(verifyJournal([], [balance])).toHaveLength(1);
  });

  test("I3 no overspend: finds a reservation that settled more than it reserved", () => {
    const { entries, balances } = ledger();
    const forged = entries.map((entry) => (entry.kind === "released" ? { ...entry, kind: "settled" as const, amountMicroUsd: 41 } : entry));
    expect(verifyJournal(forged, balances)).toEqual(["entry `r1.released` takes more than `r1` has reserved"]);
  });
});
