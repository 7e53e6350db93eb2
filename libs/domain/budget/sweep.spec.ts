import type { UnclearedAttempt, UnclearedReservation } from "./ledger-store";
import { LedgerModel } from "./ledger-model";
import { snapshotOf } from "./rebuild";
import { JournalFold } from "./journal-fold";
import { type KnownEnd, type SweepLimits, type SweepStep, sweepSteps } from "./sweep";

const LIMITS: SweepLimits = { callMicrosMax: 100, idleMicrosMax: 1_000 };
const attempt = (id: string, over: Partial<UnclearedAttempt> = {}): UnclearedAttempt => ({
  attemptId: id, status: "in_flight", worstCaseMicroUsd: 10, worstCaseTokens: 5, owner: "dead", beganAtMicros: 0, chargeMicroUsd: null, basis: null, ...over,
});
const finished = (id: string): UnclearedAttempt => attempt(id, { status: "finished", chargeMicroUsd: 3, basis: "usage" });
const reservation = (attempts: readonly UnclearedAttempt[], over: Partial<UnclearedReservation> = {}): UnclearedReservation => ({
  reservationId: "r", requestId: "q", tenant: "acme", reservedAtMicros: 0, openMicroUsd: 20, inFlightMicroUsd: 10, released: false, restored: false, attempts, ...over,
});
const unseen = (id: string): SweepStep => ({ step: "settle", attemptId: id, chargeMicroUsd: 10, chargeTokens: 5, costNanoUsd: 10_000n, basis: "unseen" });
const known = (chargeMicroUsd: number): ReadonlyMap<string, KnownEnd> => new Map([["a", { costNanoUsd: BigInt(chargeMicroUsd) * 1_000n, chargeMicroUsd, chargeTokens: 2 }]]);
const release: SweepStep = { step: "release" };
const ALL: SweepStep = { step: "settle", attemptId: "r.attempt.unseen", chargeMicroUsd: 20, chargeTokens: 1e12, costNanoUsd: 20_000n, basis: "unseen" };

/** The reservation, what providers say, the time, and the steps that are expected. */
const CASES: readonly (readonly [string, UnclearedReservation, ReadonlyMap<string, KnownEnd>, number, readonly SweepStep[]])[] = [
  ["a young reservation without calls is waited for", reservation([]), new Map(), 999, [{ step: "wait", untilMicros: 1_000 }]],
  ["an old one without calls is released", reservation([]), new Map(), 1_000, [release]],
  ["a call that may be alive is waited for", reservation([attempt("a", { beganAtMicros: 950 })]), new Map(), 1_049, [{ step: "wait", untilMicros: 1_050 }]],
  ["… also when the reservation is released", reservation([attempt("a", { beganAtMicros: 950 })], { released: true }), new Map(), 1_049, [{ step: "wait", untilMicros: 1_050 }]],
  ["a call whose end nobody saw is charged at its worst case, and its reservation waits for a successor", reservation([attempt("a")]), new Map(), 100, [unseen("a"), { step: "wait", untilMicros: 1_000 }]],
  ["… and is released when none came", reservation([attempt("a")]), new Map(), 1_000, [unseen("a"), release]],
  ["a released reservation needs its calls settled and nothing else", reservation([attempt("a")], { released: true }), new Map(), 1_000, [unseen("a")]],
  ["one call alive, one dead: the dead one is settled", reservation([attempt("a"), attempt("b", { beganAtMicros: 60 })]), new Map(), 120, [unseen("a"), { step: "wait", untilMicros: 160 }]],
  ["what the provider says counts at once", reservation([attempt("a", { beganAtMicros: 950 })]), known(4), 960, [{ step: "settle", attemptId: "a", chargeMicroUsd: 4, chargeTokens: 2, costNanoUsd: 4_000n, basis: "usage" }, { step: "wait", untilMicros: 1_050 }]],
  ["a bill above the worst case is no answer", reservation([attempt("a", { beganAtMicros: 950 })]), known(11), 960, [{ step: "wait", untilMicros: 1_050 }]],
  ["finished calls are left alone; the rest is released when no further call can come", reservation([finished("a")]), new Map(), 1_000, [release]],
  ["… counted from the last call", reservation([attempt("a", { ...finished("a"), beganAtMicros: 950 })]), new Map(), 1_000, [{ step: "wait", untilMicros: 1_050 }]],
  ["a rebuilt one that holds money without known calls is charged all of it, late", reservation([], { released: true, restored: true }), new Map(), 1_000, [ALL]],
  ["… also when it was not released, since nobody told of its calls", reservation([], { restored: true }), new Map(), 1_000, [ALL, release]],
  ["… and not before", reservation([], { released: true, restored: true }), new Map(), 999, [{ step: "wait", untilMicros: 1_000 }]],
  ["a rebuilt one whose calls are under way is first rid of those", reservation([attempt("a")], { restored: true }), new Map(), 1_000, [unseen("a")]],
  ["a rebuilt one that holds nothing is released", reservation([], { restored: true, openMicroUsd: 0 }), new Map(), 1_000, [release]],
];

describe("sweeping an uncleared reservation", () => {
  test.each(CASES)("%s", (_title, uncleared, ends, nowMicros, expected) => {
    expect(sweepSteps(uncleared, ends, nowMicros, LIMITS)).toEqual(expected);
  });

  test("I3 no overspend: clears what it is given, also after a rebuild that knows of no calls", () => {
    const model = new LedgerModel();
    const accounts = [{ scope: "tenant:acme", window: "2026-11", unit: "usd" as const, only: null, cap: 99, hard: true }, { scope: "tenant:acme", window: "2026-11", unit: "tokens" as const, only: null, cap: null, hard: false }];
    for (const reservationId of ["idle", "begun", "flying"]) {
      const lines = [{ unit: "tokens" as const, only: null, amounts: [50] }];
      model.reserve({ reservationId, requestId: "q", tenant: "acme", amountsMicroUsd: [20], lines, accounts, deadlineAtMicros: 9, nowMicros: 1 });
      if (reservationId !== "idle") model.begin({ attemptId: `${reservationId}.attempt.0`, reservationId, worstCaseMicroUsd: 10, worstCaseTokens: 50, owner: "dead", nowMicros: 1 });
    }
    model.release({ reservationId: "flying", nowMicros: 2 });
    const fold = new JournalFold();
    for (const entry of model.entries) fold.add(entry);
    const rebuilt = new LedgerModel();
    rebuilt.restore(snapshotOf(fold, "next"));

    for (const ledger of [model, rebuilt]) {
      sweepAll(ledger);
      expect(ledger.uncleared()).toEqual({ count: 0, oldestReservedAtMicros: null });
      expect(ledger.balances.every(({ reserved }) => reserved === 0)).toBe(true);
    }
    // 10 for each of two calls that were begun; the rebuilt ledger knows of none, and takes all that is held for spent.
    expect(model.balances[0]?.settled).toBe(20);
    expect(rebuilt.balances[0]?.settled).toBe(50);
  });
});

function sweepAll(ledger: LedgerModel): void {
  for (const one of ledger.unclearedReservations(1e9, 99)) {
    for (const step of sweepSteps(one, new Map(), 1e9, LIMITS)) {
      const about = { reservationId: one.reservationId, nowMicros: 1e9 };
      if (step.step === "release") ledger.release({ ...about, callsKnown: true });
      if (step.step !== "settle") continue;
      const { attemptId, chargeMicroUsd, chargeTokens, costNanoUsd, basis } = step;
      expect(ledger.finish({ ...about, attemptId, chargeMicroUsd, chargeTokens, costNanoUsd, basis, outcome: new Uint8Array(1) }).status).toBe("finished");
    }
  }
}
