import { AppError, attemptId, type Clock, type MicroUsd, reservationId, toMicroUsd } from "@leverframe/kernel";
import type { AttemptStore, BeginResult } from "./attempt-store";
import { type CallEnd, endUnseen } from "./call-end";
import type { CallOrder } from "./call-order";
import { decodeOutcome, encodeOutcome, type KeptOutcome } from "./kept-outcome";
import { begunTerms, endedTerms } from "./ledger-terms";
import { sleep, type Timer } from "./timer";

export interface AttemptStepDeps {
  readonly attempts: AttemptStore;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** This start of this process: another start has another name, so that its orphans can be told from calls alive. */
  readonly owner: string;
  readonly limits: AttemptLimits;
}

export interface AttemptLimits {
  /** How long after its begin a call of another process is believed to be alive. */
  readonly takeoverMs: number;
  readonly pollMs: number;
  /** How often a finish is tried while the store is unavailable, before the attempt is left to be taken over. */
  readonly finishTriesMax: number;
}

/** What names an attempt in the store, and what it may cost. */
export interface AttemptIds {
  readonly reservationId: string;
  readonly attemptId: string;
  readonly worstCaseMicroUsd: MicroUsd;
  readonly worstCaseTokens: number;
  readonly labels: readonly string[];
}

export function idsOf(order: CallOrder): AttemptIds {
  const reservation = reservationId(order.requestId, order.round);
  return {
    reservationId: reservation,
    attemptId: attemptId(reservation, order.ordinal),
    worstCaseMicroUsd: toMicroUsd(order.worstCaseNanoUsd),
    ...begunTerms(order),
  };
}

export const begin = (deps: AttemptStepDeps, ids: AttemptIds) =>
  deps.attempts.begin({ ...ids, owner: deps.owner, nowMicros: deps.clock.nowMicros() });

type Settled = Exclude<BeginResult, { status: "in_flight" }>;
type InFlight = Extract<BeginResult, { status: "in_flight" }>;

/**
 * Somebody began this attempt and has not finished it. While its process may be alive we wait for its outcome; then
 * the end of the call counts as unseen: charged at its worst case, since the provider may have carried it out, and
 * finished as `outcome_unknown`. Repeating it is up to the next attempt. When the other process turns out to be alive
 * after all, its own finish is answered with this outcome, so both go on from the same one.
 */
export async function takeOver(
  deps: AttemptStepDeps,
  order: CallOrder,
  ids: AttemptIds,
  found: InFlight,
  signal: AbortSignal,
): Promise<Settled> {
  const { takeoverMs, pollMs } = deps.limits;
  // Bounded by our own clock as well: the other machine's may be ahead.
  const patienceEndsAt = deps.clock.nowMicros() + takeoverMs * 1_000;
  for (let current: BeginResult = found; ; current = await begin(deps, ids)) {
    if (current.status !== "in_flight") return current;
    const now = deps.clock.nowMicros();
    // Our own, yet not among the calls alive here: the call ended and its finish never reached the store.
    const orphan = current.owner === deps.owner;
    if (orphan || now >= Math.min(patienceEndsAt, current.beganAtMicros + takeoverMs * 1_000)) {
      const end = endUnseen(order, ids.attemptId, current.beganAtMicros, now, deps.random());
      return { status: "finished", outcome: encodeOutcome(await finish(deps, ids, end)) };
    }
    await sleep(deps.timer, pollMs, signal);
  }
}

/**
 * Settles and keeps. The call has been made, so a store that is briefly away is waited for, also while the process
 * drains: giving up here turns a known outcome into an unknown one that costs the worst case.
 */
export async function finish(deps: AttemptStepDeps, ids: AttemptIds, end: CallEnd): Promise<KeptOutcome> {
  const command = {
    attemptId: ids.attemptId,
    reservationId: ids.reservationId,
    chargeMicroUsd: end.chargeMicroUsd,
    costNanoUsd: end.costNanoUsd,
    ...endedTerms(end, ids.worstCaseTokens),
    outcome: encodeOutcome(end.kept),
    nowMicros: deps.clock.nowMicros(),
  };
  for (let tries = 1; ; tries += 1) {
    try {
      const result = await deps.attempts.finish(command);
      if (result.status === "finished") return end.kept;
      // Taken over meanwhile, at the worst case: the charge may have come down, the outcome that was kept first stays.
      if (result.status === "already_finished" || result.status === "late_settled") return decodeOutcome(result.outcome);
      throw new AppError("reservation_invalid", `attempt \`${ids.attemptId}\` cannot be finished: ${result.status}`);
    } catch (thrown) {
      const again = thrown instanceof AppError && thrown.retryable && tries < deps.limits.finishTriesMax;
      if (!again) throw thrown;
      await sleep(deps.timer, deps.limits.pollMs * 2 ** tries, NEVER);
    }
  }
}

const NEVER = new AbortController().signal;
