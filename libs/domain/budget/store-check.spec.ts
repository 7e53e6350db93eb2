import { LedgerModel } from "./ledger-model";
import type { Balance } from "./ledger-store";
import { StoreCheck, type StorePicture } from "./store-check";

const account = { scope: "tenant:acme", window: "2026-11", unit: "usd" as const };

/** Two clear reservations and an open one, and an override until 50. */
function livedModel(reservations = 3): LedgerModel {
  const model = new LedgerModel();
  for (let index = 0; index < reservations; index++) {
    const reservationId = `r${index}`;
    const accounts = [{ ...account, only: null, cap: 1_000, hard: true }];
    model.reserve({ reservationId, requestId: "q", tenant: "acme", amountsMicroUsd: [40], accounts, deadlineAtMicros: 9, nowMicros: 1 });
    if (index < 2) model.release({ reservationId, nowMicros: 2 });
  }
  model.placeOverride({ ...account, overrideId: "o", tenant: "acme", deltaCap: 500, by: "ann", reason: "fair", fromMicros: 1, untilMicros: 50, declaredCap: 1_000, nowMicros: 3 });
  return model;
}

const pictureOf = (model: LedgerModel, over: Partial<StorePicture> = {}): StorePicture => ({
  sequenceBefore: model.entries.length, sequenceAfter: model.entries.length, balances: model.balances, uncleared: model.uncleared(), overrides: model.overrides, ...over,
});

function findings(model: LedgerModel, picture: StorePicture, sequenceNow = model.entries.length, entries = model.entries, nowMicros = 9): readonly string[] {
  const check = new StoreCheck(picture);
  for (const entry of [...entries, ...entries].reverse()) check.add(entry);
  return check.findings(sequenceNow, nowMicros);
}

describe("checking a store against its journal", () => {
  const model = livedModel();
  const [balance] = model.balances as [Balance];

  test("finds nothing where they agree", () => {
    expect(findings(model, pictureOf(model))).toEqual([]);
  });

  test.each<[string, Partial<StorePicture>, string]>([
    ["a balance that was changed", { balances: [{ ...balance, settled: 1 }] }, "`tenant:acme 2026-11` has 40 reserved and 1 settled, the journal adds up to 40 and 0"],
    ["one that is gone", { balances: [] }, "`tenant:acme 2026-11` is in the journal and has no balance"],
    ["one that nothing explains", { balances: [balance, { ...balance, scope: "tenant:x" }] }, "`tenant:x 2026-11` has 40 reserved and 0 settled, the journal adds up to 0 and 0"],
    ["entries that never reached the log", { sequenceBefore: 9, sequenceAfter: 9 }, "the journal ends at entry 6, the store has written 9: it lost what is between"],
    ["a reservation that it forgot", { uncleared: { count: 0, oldestReservedAtMicros: null } }, "the store has 0 uncleared reservations, the journal 1"],
    ["an override that nobody placed", { overrides: [{ ...model.overrides[0]!, overrideId: "forged" }] }, "override `forged` of `tenant:acme 2026-11` is not in the journal"],
    ["one that was changed", { overrides: [{ ...model.overrides[0]!, deltaCap: 900 }] }, "override `o` of `tenant:acme 2026-11` is not the one in the journal"],
    ["one that is not in force", { overrides: [] }, "override `o` of `tenant:acme 2026-11` is in the journal and not in force"],
  ])("finds %s", (_title, over, finding) => {
    expect(findings(model, pictureOf(model, over))).toContain(finding);
  });

  test("an override that is over may be forgotten", () => {
    expect(findings(model, pictureOf(model, { overrides: [] }), 6, model.entries, 50)).toEqual([]);
  });

  test("finds a store that lost its newest entries, though it agrees with the journal up to there", () => {
    const lagging = livedModel(1);
    const shorter = pictureOf(lagging, { sequenceBefore: 2, sequenceAfter: 2, overrides: [] });
    expect(findings(model, shorter, 2)).toContain("the journal has entry 6, the store stands at 2: it lost its newest entries and must be rebuilt");
  });

  test("a ledger that goes on while it is read is checked all the same: each account stands before or after one of the entries meanwhile", () => {
    const reading = { sequenceBefore: 2, sequenceAfter: 5, uncleared: { count: 0, oldestReservedAtMicros: null }, overrides: [] };
    for (const reserved of [0, 40]) expect(findings(model, pictureOf(model, { ...reading, balances: [{ ...balance, reserved }] }))).toEqual([]);
    expect(findings(model, pictureOf(model, { ...reading, balances: [{ ...balance, reserved: 39 }] }))).toHaveLength(1);
    const lost = model.entries.filter(({ sequence }) => sequence !== 4);
    expect(findings(model, pictureOf(model, { ...reading, balances: [{ ...balance, reserved: 0 }] }), 6, lost)).toEqual(["1 of the entries 3 to 5 are missing"]);
  });
});
