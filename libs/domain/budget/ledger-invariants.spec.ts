import fc from "fast-check";
import { checkBegin, checkFinish, checkOverride, checkReserve } from "./check-command";
import { LedgerModel } from "./ledger-model";
import { verifyJournal } from "./verify-journal";

const CAP = 200;
const amount = fc.integer({ min: 0, max: 120 });
const reservation = fc.constantFrom("r0", "r1", "r2", "r3", "r4", "r5");
const call = fc.constantFrom("a0", "a1", "a2");

/** Commands over few ids, so that they collide; the cap stays, because lowering one leaves old reservations above it. */
const command = fc.oneof(
  fc.tuple(fc.constant("reserve" as const), reservation, fc.array(amount, { minLength: 1, maxLength: 3 })),
  fc.tuple(fc.constant("begin" as const), reservation, call, amount),
  fc.tuple(fc.constant("finish" as const), reservation, call, amount),
  fc.tuple(fc.constant("release" as const), reservation),
);
type Command =
  | readonly ["reserve", string, readonly number[]]
  | readonly ["begin" | "finish", string, string, number]
  | readonly ["release", string];

/** An attempt's id belongs to one reservation, as the kernel makes it; so do the ids of its entries. */
const attemptOf = (reservationId: string, call: string) => `${reservationId}.${call}`;
const outcome = new Uint8Array(1);
const REQUESTS_MAX = 2;
const minuteOf = (reservationId: string) => `2026-11-21T08:1${Number(reservationId > "r3")}`;

function run(model: LedgerModel, one: Command): string {
  switch (one[0]) {
    case "reserve": {
      const [, reservationId, amountsMicroUsd] = one;
      const account = { window: "2026-11", unit: "usd" as const, only: null, cap: CAP, hard: true };
      const accounts = [{ ...account, scope: "tenant:acme" }, { ...account, scope: `department:acme/${reservationId > "r2"}` }];
      const times = { deadlineAtMicros: 1, nowMicros: 0 };
      const minute = { scope: "route:acme/code", window: minuteOf(reservationId), unit: "requests" as const, only: null, cap: REQUESTS_MAX, hard: true };
      const lines = [{ unit: "requests" as const, only: null, amounts: amountsMicroUsd.map(() => 1) }];
      const command = { reservationId, requestId: "q", tenant: "acme", amountsMicroUsd, lines, ...times };
      return model.reserve({ ...command, accounts: [minute, ...accounts] }).status;
    }
    case "begin": {
      const [, reservationId, call, worstCaseMicroUsd] = one;
      return model.begin({ reservationId, attemptId: attemptOf(reservationId, call), worstCaseMicroUsd, owner: "me", nowMicros: 0 }).status;
    }
    case "finish": {
      const [, reservationId, call, chargeMicroUsd] = one;
      return model.finish({ reservationId, attemptId: attemptOf(reservationId, call), chargeMicroUsd, costNanoUsd: 0n, outcome, nowMicros: 0 }).status;
    }
    case "release":
      return model.release({ reservationId: one[1], nowMicros: 0 }).status;
  }
}

const settledUnder = (model: LedgerModel, reservationId: string) =>
  model.entries
    .filter((entry) => entry.reservationId === reservationId && entry.kind === "settled")
    .reduce((sum, entry) => sum + entry.amountMicroUsd, 0);

describe("the ledger's invariants, whatever is asked of it", () => {
  test("I3 no overspend: settled + reserved ≤ cap and settled ≤ reserved after every command", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const model = new LedgerModel();
        for (const one of commands) {
          run(model, one);
          for (const { settled, reserved } of model.balances) {
            expect(settled + reserved).toBeLessThanOrEqual(CAP);
            expect(reserved).toBeGreaterThanOrEqual(0);
          }
        }
        for (const { reservationId, outcome: told } of model.reservations) {
          const reserved = told.status === "created" ? told.amountMicroUsd : 0;
          expect(settledUnder(model, reservationId)).toBeLessThanOrEqual(reserved);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("I2 no unfunded call: what calls in flight may cost is reserved at every moment", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const model = new LedgerModel();
        const inFlight = new Map<string, Map<string, number>>();
        for (const one of commands) {
          const status = run(model, one);
          if (one[0] === "begin" && status === "begun") {
            inFlight.set(one[1], (inFlight.get(one[1]) ?? new Map()).set(one[2], one[3]));
          }
          if (one[0] === "finish" && status === "finished") inFlight.get(one[1])?.delete(one[2]);
          const worstCases = [...inFlight.values()].flatMap((calls) => [...calls.values()]);
          const tenant = model.balance({ scope: "tenant:acme", window: "2026-11", unit: "usd" });
          expect(tenant?.reserved ?? 0).toBeGreaterThanOrEqual(worstCases.reduce((sum, one) => sum + one, 0));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a minute takes as many requests as its rate, and its count is that of the reservations made in it", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const model = new LedgerModel();
        commands.forEach((one) => run(model, one));
        for (const minute of ["2026-11-21T08:10", "2026-11-21T08:11"]) {
          const made = model.reservations.filter((one) => one.outcome.status === "created" && minuteOf(one.reservationId) === minute);
          expect(model.balance({ scope: "route:acme/code", window: minute, unit: "requests" })?.settled ?? 0).toBe(made.length);
          expect(made.length).toBeLessThanOrEqual(REQUESTS_MAX);
        }
      }),
    );
  });

  test("balances are what the journal adds up to, and nothing stays reserved once all is finished and released", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const model = new LedgerModel();
        commands.forEach((one) => run(model, one));
        expect(verifyJournal(model.entries, model.balances)).toEqual([]);
        for (const { reservationId } of model.reservations) {
          for (const call of ["a0", "a1", "a2"]) run(model, ["finish", reservationId, call, 0]);
          run(model, ["release", reservationId]);
        }
        expect(model.balances.every(({ reserved }) => reserved === 0)).toBe(true);
        expect(model.uncleared().count).toBe(0);
        expect(verifyJournal(model.entries, model.balances)).toEqual([]);
      }),
    );
  });
});

describe("commands that are none", () => {
  const account = { scope: "tenant:acme", window: "2026-11", unit: "usd" as const, only: null, cap: 5, hard: true };
  const reserve = { reservationId: "r", requestId: "q", tenant: "t", amountsMicroUsd: [1], accounts: [account], deadlineAtMicros: 1, nowMicros: 0 };
  const minute = { scope: "route:acme/code", window: "2026-11-21T08:15", unit: "requests" as const, only: null, cap: 1, hard: true };
  const line = { unit: "requests" as const, only: null, amounts: [1] };
  const override = { overrideId: "o", tenant: "acme", scope: "tenant:acme", window: "2026-11", unit: "usd" as const, deltaCap: 5, by: "ann", reason: "why", fromMicros: 0, untilMicros: 9, declaredCap: null, nowMicros: 1 };
  const begin = { reservationId: "r", attemptId: "a", worstCaseMicroUsd: 1, owner: "me", nowMicros: 0 };
  const finish = { reservationId: "r", attemptId: "a", chargeMicroUsd: 1, costNanoUsd: 1n, outcome: new Uint8Array(9), nowMicros: 0 };

  test.each([
    [() => checkReserve({ ...reserve, amountsMicroUsd: [1.5] }), "amountsMicroUsd is `1.5`; expected a whole number from 0 to 1000000000000"],
    [() => checkReserve({ ...reserve, amountsMicroUsd: [-1] }), "amountsMicroUsd is `-1`"],
    [() => checkReserve({ ...reserve, amountsMicroUsd: [] }), "amountsMicroUsd has 0 items; expected 1 to 64"],
    [() => checkReserve({ ...reserve, accounts: [] }), "accounts has 0 items"],
    [() => checkReserve({ ...reserve, accounts: [account, account] }), "accounts names `tenant:acme` `2026-11` in usd twice"],
    [() => checkReserve({ ...reserve, accounts: [{ ...account, scope: "a\tb" }] }), "without control characters"],
    [() => checkReserve({ ...reserve, accounts: [minute, account] }), "account `route:acme/code` counts `requests`; expected a line that says what that takes"],
    [() => checkReserve({ ...reserve, lines: [line], accounts: [minute, { ...minute, window: "2026-11-21T08:16" }] }), "expected one minute"],
    [() => checkReserve({ ...reserve, lines: [line, line] }), "lines name `requests null` twice"],
    [() => checkReserve({ ...reserve, lines: [{ unit: "usd", only: null, amounts: [1] }] }), "lines name `usd null` twice"],
    [() => checkReserve({ ...reserve, lines: [{ ...line, amounts: [1, 2] }] }), "amounts has 2 items; expected one for each of 1 options"],
    [() => checkReserve({ ...reserve, lines: [{ ...line, only: "openai" }] }), "label is `openai`; expected `provider:`, `tier:` or `tag:` and a name"],
    [() => checkOverride({ ...override, window: "2026-11-21T08:15" }), "window is `2026-11-21T08:15`; expected one that lasts"],
    [() => checkOverride({ ...override, deltaCap: 0 }), "deltaCap is `0`; expected a whole number other than 0"],
    [() => checkOverride({ ...override, by: "" }), 'by is `""`'],
    [() => checkReserve({ ...reserve, nowMicros: Number.NaN }), "nowMicros is `NaN`"],
    [() => checkBegin({ ...begin, worstCaseMicroUsd: 1e13 }), "worstCaseMicroUsd is `10000000000000`"],
    [() => checkBegin({ ...begin, owner: "" }), 'owner is `""`'],
    [() => checkFinish(finish, 8), "outcome has 9 bytes; expected at most 8"],
  ])("are refused with what was expected (%#)", (check, message) => {
    expect(check).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
  });
});
