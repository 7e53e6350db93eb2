import { LedgerModel } from "./ledger-model";
import type { Reserve } from "./ledger-store";

const bytes = (text: string) => new TextEncoder().encode(text);

const reserveOf = (id: string, amounts: readonly number[], cap: number | null, hard = true, now = 0): Reserve => ({
  reservationId: id,
  requestId: "q",
  tenant: "acme",
  amountsMicroUsd: amounts,
  accounts: [
    { scope: "tenant:acme", window: "2026-11", unit: "usd", only: null, cap: null, hard: false },
    { scope: "department:acme/sales", window: "2026-11", unit: "usd", only: null, cap, hard },
  ],
  deadlineAtMicros: 100,
  nowMicros: now,
});

type Step = readonly [command: readonly (string | number | null)[], expected: string];

/** `reserve id amounts cap`, `chained id amounts chain`, `soft …`, `late …`, `rated id amounts cap rate [minute]`, `begin`, `finish`, `release`. */
function apply(model: LedgerModel, [verb, id, a, b, c, d]: Step[0]): string {
  const reservationId = String(id);
  const amounts = String(a).split("/").map(Number);
  const cap = b === null || b === undefined ? null : Number(b);
  const show = (result: object) => Object.values(result).filter((value) => typeof value !== "object").join(" ");
  switch (verb) {
    case "reserve":
      return show(model.reserve(reserveOf(reservationId, amounts, cap)));
    case "chained":
      return show(model.reserve({ ...reserveOf(reservationId, amounts, null), chain: String(b) }));
    case "soft":
      return show(model.reserve(reserveOf(reservationId, amounts, cap, false)));
    case "late":
      return show(model.reserve(reserveOf(reservationId, amounts, cap, true, 101)));
    case "rated": {
      const command = reserveOf(reservationId, amounts, cap);
      const minute = { scope: "route:acme/code", window: `2026-11-21T08:1${d ?? 5}`, unit: "requests" as const, only: null, cap: Number(c), hard: true };
      const lines = [{ unit: "requests" as const, only: null, amounts: amounts.map(() => 1) }];
      return show(model.reserve({ ...command, lines, accounts: [minute, ...command.accounts] }));
    }
    case "begin": {
      const attempt = { attemptId: String(a), reservationId, worstCaseMicroUsd: Number(b), owner: "me", nowMicros: 7 };
      return show(model.begin(attempt));
    }
    case "finish": {
      const charge = { chargeMicroUsd: Number(b), costNanoUsd: BigInt(Number(b)) * 1000n };
      return show(model.finish({ attemptId: String(a), reservationId, ...charge, outcome: bytes("out"), nowMicros: 8 }));
    }
    default:
      return show(model.release({ reservationId, nowMicros: 9 }));
  }
}

const tables: Readonly<Record<string, readonly Step[]>> = {
  "a reservation takes the first option that fits, and is told the same when repeated": [
    [["reserve", "r1", "90/60/30", 70], "created 1 60 false"],
    [["reserve", "r1", "90/60/30", 70], "created 1 60 true"],
    [["reserve", "r1", "90/60/30", 1], "created 1 60 true"],
    [["late", "r1", "90/60/30", 70], "created 1 60 true"],
    [["reserve", "r1", "60", 70], "exists_with_different_amount 60"],
    [["reserve", "r2", "20/11", 70], "exceeds_cap department:acme/sales 2026-11 usd 10 false"],
    [["reserve", "r3", "20/10", 70], "created 1 10 false"],
    [["reserve", "r4", "0", 70], "created 0 0 false"],
  ],
  "a reservation says again for which chain it was made, whoever asks under its id": [
    [["chained", "r1", "90", "a/b c/d"], "created 0 90 a/b c/d false"],
    [["chained", "r1", "90", "e"], "created 0 90 a/b c/d true"],
    [["chained", "r1", "30", "e"], "exists_with_different_amount 90 a/b c/d"],
    [["reserve", "r1", "30", null], "exists_with_different_amount 90 a/b c/d"],
  ],
  "a refusal is kept: it stays one although there is room by now": [
    [["reserve", "r1", "50", 10], "exceeds_cap department:acme/sales 2026-11 usd 10 false"],
    [["reserve", "r1", "50", 1000], "exceeds_cap department:acme/sales 2026-11 usd 10 true"],
    [["reserve", "r1", "40", 1000], "exists_with_different_amount"],
    [["late", "r2", "50", 1000], "deadline_exceeded false"],
    [["reserve", "r2", "50", 1000], "deadline_exceeded true"],
    [["begin", "r1", "a1", 0], "unknown_reservation"],
    [["release", "r1"], "unknown_reservation"],
  ],
  "a soft cap and no cap never refuse; a cap below the spend leaves nothing, not less": [
    [["soft", "r1", "50", 10], "created 0 50 false"],
    [["reserve", "r2", "50", null], "created 0 50 false"],
    [["reserve", "r3", "1", 20], "exceeds_cap department:acme/sales 2026-11 usd 0 false"],
  ],
  "a rate counts each request that was reserved, once and for good": [
    [["rated", "r1", "10", 25, 2], "created 0 10 false"],
    [["rated", "r1", "10", 25, 2], "created 0 10 true"],
    [["rated", "r1", "11", 25, 2], "exists_with_different_amount 10"],
    [["rated", "r2", "20", 25, 2], "exceeds_cap department:acme/sales 2026-11 usd 15 false"],
    [["rated", "r3", "10", 25, 2], "created 0 10 false"],
    [["release", "r1"], "released 10"],
    [["rated", "r4", "10", 25, 2], "exceeds_rate route:acme/code 2026-11-21T08:15 requests 2 false"],
    [["rated", "r4", "10", 25, 9], "exceeds_rate route:acme/code 2026-11-21T08:15 requests 2 true"],
    [["rated", "r5", "99", 25, 2], "exceeds_rate route:acme/code 2026-11-21T08:15 requests 2 false"],
    [["rated", "r1", "10", 25, 0], "created 0 10 true"],
    [["rated", "r6", "10", 25, 2, 6], "created 0 10 false"],
    [["reserve", "r7", "5", 25], "created 0 5 false"],
    [["rated", "r8", "0", 25, 3], "created 0 0 false"],
    [["begin", "r4", "a1", 0], "unknown_reservation"],
  ],
  "an attempt begins once, within the reservation, and finishes once": [
    [["begin", "r1", "a1", 10], "unknown_reservation"],
    [["reserve", "r1", "30", 100], "created 0 30 false"],
    [["begin", "r1", "a1", 20], "begun"],
    [["begin", "r1", "a1", 20], "in_flight me 7"],
    [["begin", "r1", "a2", 11], "exceeds_reservation"],
    [["finish", "r1", "a2", 1], "unknown_attempt"],
    [["finish", "r2", "a1", 1], "unknown_attempt"],
    [["finish", "r1", "a1", 21], "exceeds_worst_case"],
    [["finish", "r1", "a1", 5], "finished"],
    [["finish", "r1", "a1", 20], "already_finished"],
    [["begin", "r1", "a1", 20], "finished"],
    [["begin", "r1", "a2", 26], "exceeds_reservation"],
    [["begin", "r1", "a2", 25], "begun"],
    [["finish", "r1", "a2", 25], "finished"],
    [["release", "r1"], "released 0"],
  ],
  "a release frees what no call in flight may cost; the rest leaves with the call": [
    [["reserve", "r1", "30", 30], "created 0 30 false"],
    [["begin", "r1", "a1", 20], "begun"],
    [["release", "r1"], "released 10"],
    [["release", "r1"], "already_released"],
    [["release", "r9"], "unknown_reservation"],
    [["reserve", "r2", "11", 30], "exceeds_cap department:acme/sales 2026-11 usd 10 false"],
    [["begin", "r1", "a2", 1], "reservation_released"],
    [["begin", "r1", "a1", 20], "in_flight me 7"],
    [["finish", "r1", "a1", 4], "finished"],
    [["begin", "r1", "a1", 20], "finished"],
    [["reserve", "r3", "26", 30], "created 0 26 false"],
    [["reserve", "r4", "1", 30], "exceeds_cap department:acme/sales 2026-11 usd 0 false"],
  ],
};

describe("the ledger's state machine", () => {
  test.each(Object.entries(tables))("%s", (_, steps) => {
    const model = new LedgerModel();
    const told = steps.map(([command]) => [command, apply(model, command)]);
    expect(told).toEqual(steps);
  });

  test("every change of a balance is explained by an entry that carries the result", () => {
    const model = new LedgerModel();
    model.reserve(reserveOf("r1", [30], 100));
    apply(model, ["begin", "r1", "a1", 20]);
    apply(model, ["finish", "r1", "a1", 5]);
    apply(model, ["release", "r1"]);
    const sales = model.entries.map(({ entryId, sequence, amountMicroUsd, costNanoUsd, postings }) => {
      const numbers = Object.values(postings[1] ?? {}).filter((value) => typeof value === "number");
      return [sequence, entryId, amountMicroUsd, costNanoUsd, ...numbers];
    });
    expect(sales).toEqual([
      [1, "r1.reserved", 30, 0n, 30, 0, 30, 0, 100],
      [2, "a1.settled", 5, 5000n, -5, 5, 25, 5, 100],
      [3, "r1.released", 25, 0n, -25, 0, 0, 5, 100],
    ]);
    expect(model.uncleared()).toEqual({ count: 0, oldestReservedAtMicros: null });
  });
});
