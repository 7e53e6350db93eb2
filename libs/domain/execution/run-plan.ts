import type { Catalog, Deployment } from "@leverframe/catalog";
import type { Attempt, ExcludedCandidate, Funded, Output } from "@leverframe/events";
import type { Clock } from "@leverframe/kernel";
import { AnswerStream } from "./answer-stream";
import type { DeltaOutlet } from "./delta-outlet";
import type { GovernedCall } from "./governed-call";
import type { RetryPolicy } from "./next-step";
import { type CallFailure, isFailure } from "./permit-check";
import { planOrder, type PlanOrderDeps } from "./plan-order";
import { PlanWalk } from "./plan-walk";
import { streamHold } from "./stream-hold";
import type { Timer } from "./timer";

export interface RunPlanDeps extends PlanOrderDeps {
  readonly call: GovernedCall;
  /** The catalog that the plan's permit was made with, or the one in force; asked once for each plan. */
  readonly catalog: (funded: Funded) => Catalog;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly retry: RetryPolicy;
  /** When the call gate skipped every candidate: ask each once more, overruling breakers. Absent: fail as `unavailable`. */
  readonly lastResort?: boolean;
  readonly latencies?: Latencies;
}

/** What is known of how long calls take, to their end or (`streamed`) to the first piece of their answer. */
export interface Latencies {
  note(deployment: Deployment, streamed: boolean, latencyMs: number): void;
  /** Null: not enough is known. */
  p95Ms(deployment: Deployment, streamed: boolean): number | null;
}

/** How a plan went: what the executed event adds to the funded one. */
export interface PlanOutcome {
  /** Provider calls in the order in which they were begun, those of unknown outcome included. */
  readonly attempts: readonly Attempt[];
  /** Candidates that were not called because of their health or limits, in the order in which they were skipped. */
  readonly skipped: readonly ExcludedCandidate[];
  readonly output: Output | null;
  /** Why there is no output; null when there is one. */
  readonly failure: CallFailure | null;
  /** When the last attempt ended, as it is kept; the event's own time when there was none. */
  readonly endedAtMicros: number;
}

/** What whoever asked has to do with the plan while it runs. */
export interface PlanAudience {
  /** Aborts when the answer is not wanted any more. */
  readonly stop?: AbortSignal;
  /** Where pieces of the answer go while they come, if the permit allows it. */
  readonly deltas?: DeltaOutlet;
}

export type RunPlan = (funded: Funded, signal: AbortSignal, audience?: PlanAudience) => Promise<PlanOutcome>;

/**
 * Carries out a funded plan: each planned call in its order, retried, hedged and fallen back from as the walk says. It
 * decides nothing of its own: which candidates, how often and for how much stand in the event, how they may be called
 * stands in the permit, and whether a call may be made is up to the governed call. Attempt ids are the running ordinals
 * under the round's reservation, and every step follows from kept outcomes alone, so the same event comes to the same
 * outcome, however often and wherever it is delivered. Rejects with AppError `cancelled` (retryable) when `signal`
 * aborts: the event is to be delivered again. When the audience's `stop` aborts, that is an outcome like any other.
 */
export function createRunPlan(deps: RunPlanDeps): RunPlan {
  return async (funded, signal, { stop, deltas } = {}) => {
    const order = planOrder(deps, funded, stop);
    if (isFailure(order)) return { attempts: [], skipped: [], output: null, failure: order, endedAtMicros: funded.meta.occurredAt };
    const hold = deltas ? streamHold(order.obligations) : null;
    const stream = deltas && hold === null ? new AnswerStream(deltas) : null;
    const notes = hold === null ? [] : [`stream_held: ${hold}`];
    const walk = new PlanWalk(deps, { funded, order, catalog: deps.catalog(funded), stream, notes, signal });
    const failure = await walk.toItsEnd();
    const { attempts, skipped, output, endedAtMicros } = walk;
    // What was redacted is put back when the answer leaves, and is kept nowhere on the way.
    return { attempts, skipped, output: output && order.restore(output), failure: output ? null : failure, endedAtMicros };
  };
}
