import { overrideOf } from "./decide-override";
import { LedgerModel } from "./ledger-model";
import type { PlaceOverride, Reserve } from "./ledger-store";

const account = { scope: "department:acme/sales", window: "2026-11", unit: "usd" as const };
const place = (over: Partial<PlaceOverride> = {}): PlaceOverride => ({
  ...account, overrideId: "o1", tenant: "acme", deltaCap: 50, by: "ann", reason: "quarter's end", fromMicros: 10, untilMicros: 20, declaredCap: 100, nowMicros: 5, ...over,
});
const reserve = (reservationId: string, amount: number, nowMicros: number, cap: number | null = 100): Reserve => ({
  reservationId, requestId: "q", tenant: "acme", amountsMicroUsd: [amount], accounts: [{ ...account, only: null, cap, hard: true }], deadlineAtMicros: 99, nowMicros,
});
const show = (result: object) => Object.values(result).filter((value) => typeof value !== "boolean").join(" ");

describe("an override of a cap", () => {
  const tables: Readonly<Record<string, readonly (readonly [PlaceOverride | Reserve, string])[]>> = {
    "is in force from its beginning until its end, and goes by itself": [
      [place(), "created 100"],
      [reserve("r1", 101, 9), "exceeds_cap department:acme/sales 2026-11 usd 100"],
      [reserve("r2", 150, 10), "created 0 150"],
      [reserve("r3", 1, 19), "exceeds_cap department:acme/sales 2026-11 usd 0"],
      [reserve("r4", 1, 20), "exceeds_cap department:acme/sales 2026-11 usd 0"],
    ],
    "is placed once, whoever says it again": [
      [place(), "created 100"],
      [place({ nowMicros: 12 }), "exists 150"],
      [place({ nowMicros: 25 }), "exists 100"],
      [place({ deltaCap: 60 }), "exists_with_different_amount"],
      [place({ by: "bob" }), "exists_with_different_amount"],
    ],
    "adds to others, and may take away": [
      [place({ nowMicros: 10 }), "created 150"],
      [place({ overrideId: "o2", deltaCap: 30, nowMicros: 10 }), "created 180"],
      [place({ overrideId: "o3", deltaCap: -170, nowMicros: 10 }), "created 10"],
      [reserve("r1", 11, 11), "exceeds_cap department:acme/sales 2026-11 usd 10"],
      [place({ overrideId: "o4", deltaCap: -1_000, nowMicros: 11 }), "created 0"],
    ],
    "that would never be in force, or has no cap to change, is refused": [
      [place({ nowMicros: 20 }), "expired_window"],
      [place({ fromMicros: 20 }), "expired_window"],
      [place({ declaredCap: null }), "unknown_scope"],
      [reserve("r1", 1, 5, null), "created 0 1"],
      [place({ declaredCap: null }), "unknown_scope"],
      [reserve("r2", 1, 5, 100), "created 0 1"],
      [place({ declaredCap: null }), "created 100"],
    ],
    "of one account has 31 others at most; those that are over make room": [
      ...Array.from({ length: 32 }, (_, index) => [place({ overrideId: `o${10 + index}`, deltaCap: 1, nowMicros: 10 }), `created ${101 + index}`] as const),
      [place({ overrideId: "o99", nowMicros: 10 }), "too_many_overrides"],
      [place({ overrideId: "o99", nowMicros: 20, untilMicros: 30 }), "created 150"],
    ],
  };

  test.each(Object.entries(tables))("%s", (_, steps) => {
    const model = new LedgerModel();
    const told = steps.map(([command]) => [command, show("overrideId" in command ? model.placeOverride(command) : model.reserve(command))]);
    expect(told).toEqual(steps);
  });

  test("stands in the journal with who, why and how long, and its caps on what is reserved under it", () => {
    const model = new LedgerModel();
    model.placeOverride(place());
    model.reserve(reserve("r1", 120, 10));
    const override = overrideOf(place());
    expect(model.entries).toMatchObject([
      { entryId: "o1.override", kind: "override", requestId: "o1", tenant: "acme", amountMicroUsd: 0, postings: [], override },
      { kind: "reserved", override: null, postings: [{ reservedAfter: 120, cap: 150 }] },
    ]);
    expect(model.overrides).toEqual([override]);
    expect(model.balancesOf([account])).toMatchObject([{ cap: 100, reserved: 120, changes: [{ overrideId: "o1", deltaCap: 50 }] }]);
  });
});
