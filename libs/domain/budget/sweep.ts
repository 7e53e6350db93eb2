import type { MicroUsd, NanoUsd } from "@leverframe/kernel";
import { AMOUNT_MICRO_USD_MAX } from "./check-command";
import type { ChargeBasis, UnclearedAttempt, UnclearedReservation } from "./ledger-store";

/** How long is waited before a call or a reservation counts as abandoned. */
export interface SweepLimits {
  /** Longer than any call takes: nobody comes back with its end. */
  readonly callMicrosMax: number;
  /** Longer than any request waits, its deadline included: nobody begins another call. */
  readonly idleMicrosMax: number;
}

/** What a provider says, or an event that was kept, of a call whose end the ledger did not see. */
export interface KnownEnd {
  readonly costNanoUsd: NanoUsd;
  readonly chargeMicroUsd: MicroUsd;
  /** Null: not told. */
  readonly chargeTokens: number | null;
}

/** What a provider, or a proxy before it, counted for one of our calls. */
export interface ToldUsage extends KnownEnd {
  readonly attemptId: string;
}

/** Where such counts come from: each look brings what came since the one before, and all of it again after a restart. */
export interface ProviderUsageSource {
  look(): Promise<readonly ToldUsage[]>;
}

export type SweepStep =
  /** Nothing to be done before then. */
  | { readonly step: "wait"; readonly untilMicros: number }
  | {
      readonly step: "settle";
      readonly attemptId: string;
      readonly chargeMicroUsd: MicroUsd;
      readonly chargeTokens: number;
      readonly costNanoUsd: NanoUsd;
      readonly basis: ChargeBasis;
    }
  | { readonly step: "release" };

const NANO_PER_MICRO = 1_000n;

/**
 * How an uncleared reservation is brought to its end: calls in flight are settled, by the provider's answer where there
 * is one and at their worst case where nobody saw the end for longer than a call takes; then what is left is released.
 * It never frees what may still be billed: a call that may be alive is waited for. The steps may be carried out by
 * several processes at once and again after a crash, since the ledger's steps tell a repetition what they told first.
 */
export function sweepSteps(
  reservation: UnclearedReservation,
  ends: ReadonlyMap<string, KnownEnd>,
  nowMicros: number,
  limits: SweepLimits,
): readonly SweepStep[] {
  const steps: SweepStep[] = [];
  const waits: number[] = [];
  for (const attempt of reservation.attempts) {
    if (attempt.status === "finished") continue;
    const step = endOfCall(attempt, ends.get(attempt.attemptId), nowMicros, limits);
    if (step.step === "wait") waits.push(step.untilMicros);
    else steps.push(step);
  }
  if (waits.length > 0) return [...steps, { step: "wait", untilMicros: Math.min(...waits) }];
  return [...steps, ...endOfReservation(reservation, nowMicros, limits)];
}

function endOfCall(attempt: UnclearedAttempt, end: KnownEnd | undefined, nowMicros: number, limits: SweepLimits): SweepStep {
  const { attemptId, worstCaseMicroUsd, worstCaseTokens, beganAtMicros } = attempt;
  const chargeTokens = end?.chargeTokens ?? worstCaseTokens;
  if (end && end.chargeMicroUsd <= worstCaseMicroUsd && chargeTokens <= worstCaseTokens) {
    return { step: "settle", attemptId, ...end, chargeTokens, basis: "usage" };
  }
  // A bill above the worst case cannot be: the limits that were sent with the call exclude it. Then nothing is known.
  const over = beganAtMicros + limits.callMicrosMax;
  if (nowMicros < over) return { step: "wait", untilMicros: over };
  const costNanoUsd = BigInt(worstCaseMicroUsd) * NANO_PER_MICRO;
  return { step: "settle", attemptId, chargeMicroUsd: worstCaseMicroUsd, chargeTokens: worstCaseTokens, costNanoUsd, basis: "unseen" };
}

/** With no call in flight. */
function endOfReservation(reservation: UnclearedReservation, nowMicros: number, limits: SweepLimits): readonly SweepStep[] {
  const begun = reservation.attempts.map(({ beganAtMicros }) => beganAtMicros + limits.callMicrosMax);
  const idle = Math.max(reservation.reservedAtMicros + limits.idleMicrosMax, ...begun);
  if (nowMicros < idle && !(reservation.released && reservation.attempts.some(isInFlight))) return [{ step: "wait", untilMicros: idle }];
  if (!reservation.released && !reservation.restored) return [{ step: "release" }];
  // Those are settled by the steps before; the next look finds what is left.
  if (reservation.attempts.some(isInFlight)) return [];
  // A rebuilt ledger, whose journal does not tell of calls under way: where nobody came to tell their ends, all that it
  // holds is charged; tokens beyond that are taken as all there are.
  const chargeMicroUsd = reservation.openMicroUsd;
  if (chargeMicroUsd === 0 && !reservation.released) return [{ step: "release" }];
  const costNanoUsd = BigInt(chargeMicroUsd) * NANO_PER_MICRO;
  const attemptId = unseenAttempt(reservation.reservationId);
  const settle = { step: "settle", attemptId, chargeMicroUsd, chargeTokens: AMOUNT_MICRO_USD_MAX, costNanoUsd, basis: "unseen" } as const;
  return reservation.released ? [settle] : [settle, { step: "release" }];
}

const isInFlight = ({ status }: UnclearedAttempt): boolean => status === "in_flight";

/** Stands for the calls of a reservation that only the lost store knew of; no call has this id. */
const unseenAttempt = (reservationId: string): string => `${reservationId}.attempt.unseen`;
