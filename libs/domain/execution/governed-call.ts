import type { Deployment } from "@leverframe/catalog";
import { AppError } from "@leverframe/kernel";
import type { Obligations, Permit } from "@leverframe/permit";
import { type AttemptIds, type AttemptLimits, type AttemptStepDeps, begin, finish, idsOf, takeOver } from "./attempt-steps";
import { type CallGate, type CallPass, observed, passGate } from "./call-gate";
import { type CallEnd, endOfAnswer, endOfError, endOfNoCall, endOfStop } from "./call-end";
import type { CallOrder } from "./call-order";
import { callWithin } from "./call-within";
import { DeltaMeter } from "./delta-meter";
import { decodeOutcome, type KeptOutcome } from "./kept-outcome";
import { type CallFailure, candidateFailure, isFailure, permittedDeployment, type VerifyPermit } from "./permit-check";
import type { ProviderAdapter, ProviderCall } from "./provider-adapter";
import { RecentEnds } from "./recent-ends";
import { type SizingDeps, sizedOrder } from "./sized-order";
import { cancelled } from "./timer";

/** Either the outcome that is kept, or why the attempt was not even begun. */
export type GovernedResult =
  | { readonly kept: KeptOutcome; readonly failure: null; readonly obligations: Obligations }
  | { readonly kept: null; readonly failure: CallFailure };

export type GovernedCall = (order: CallOrder, signal: AbortSignal) => Promise<GovernedResult>;

export interface GovernedCallDeps extends AttemptStepDeps, SizingDeps {
  readonly verify: VerifyPermit;
  /** The adapter for a provider's wire API; throws AppError `bad_config` when there is none. */
  readonly adapterOf: (deployment: Deployment) => ProviderAdapter;
  /** Asked right before each call whether its deployment is fit for it; absent: every call goes. */
  readonly gate?: CallGate;
  readonly limits: GovernedCallLimits;
}

export interface GovernedCallLimits extends AttemptLimits {
  /** A longer output is not kept, since the outcome and the event that carry it are bounded. */
  readonly outputBytesMax: number;
}

export const GOVERNED_CALL_LIMITS: GovernedCallLimits = {
  takeoverMs: 15_000,
  pollMs: 100,
  outputBytesMax: 384 * 1024,
  finishTriesMax: 5,
};

/**
 * The one way to a provider: every call, of whatever purpose, is made by the function that this returns, and nothing
 * else holds an adapter. In this order:
 *
 * 1. The permit is authentic, for this very request, and names the candidate (I1). These facts never change, so an
 *    order that fails here is refused before it touches the store.
 * 2. The attempt is begun, against a reservation that covers its worst case (I2). When it was finished before, its
 *    kept outcome is the answer, whatever the time is now (I4); when somebody else is at it, see `takeOver`.
 * 3. What does change is checked right before the call: expiry, deadline, the candidate's region and price against the
 *    permit's caps. An attempt that fails here is finished uncalled, at no charge, and that is kept too.
 * 4. The call is made under the nearest of the deadlines.
 * 5. The attempt is finished: charge settled and outcome kept in one atomic step. Its end is what the store kept, also
 *    when somebody was faster.
 *
 * Rejects with AppError: `cancelled` when `signal` aborts before the call, or what the store throws. The event is then
 * to be delivered again; nothing is lost, since every step before can be repeated.
 */
export function createGovernedCall(deps: GovernedCallDeps): GovernedCall {
  // The same event may reach this process twice at once, after a rebalance: the second waits for the first.
  const live = new Map<string, Promise<GovernedResult>>();
  const recent = new RecentEnds();
  return async (order, signal) => {
    const ids = idsOf(order);
    const permit = authenticPermit(deps, order);
    if (isFailure(permit)) return { kept: null, failure: permit };
    const alive = live.get(ids.attemptId);
    if (alive) return alive;
    const made = make(deps, recent, order, ids, permit, signal);
    live.set(ids.attemptId, made);
    try {
      return await made;
    } finally {
      live.delete(ids.attemptId);
    }
  };
}

/** Asked about the time of arrival, which every valid permit covers: expiry is for the moment of the call. */
function authenticPermit(deps: GovernedCallDeps, order: CallOrder): Permit | CallFailure {
  const { requestId, tenant, requestDigest, receivedAtMicros } = order;
  try {
    const expectation = { requestId, tenant, requestDigest, nowMicros: receivedAtMicros };
    const permit = deps.verify(order.permit, expectation);
    return candidateFailure(permit, order) ?? permit;
  } catch (thrown) {
    if (thrown instanceof AppError && !thrown.retryable) return { code: "permit_invalid", message: thrown.message };
    throw thrown;
  }
}

async function make(
  deps: GovernedCallDeps,
  recent: RecentEnds,
  asked: CallOrder,
  ids: AttemptIds,
  permit: Permit,
  signal: AbortSignal,
): Promise<GovernedResult> {
  const ended = recent.get(ids.attemptId);
  if (ended) {
    const kept = "kept" in ended ? ended.kept : await finishKnown(deps, recent, ids, ended.untold);
    return { kept, failure: null, obligations: permit.obligations };
  }
  if (signal.aborted) throw cancelled();
  const order = await sizedOrder(deps, asked);
  const begun = await begin(deps, ids);
  const taken = begun.status === "in_flight" ? await takeOver(deps, order, ids, begun, signal) : begun;
  const { obligations } = permit;
  switch (taken.status) {
    case "finished":
      return { kept: decodeOutcome(taken.outcome), failure: null, obligations };
    case "begun": {
      const kept = await finishKnown(deps, recent, ids, await carryOut(deps, order, ids, permit, signal));
      return { kept, failure: null, obligations };
    }
    default: {
      const message = `reservation \`${ids.reservationId}\` does not pay for the call: ${taken.status}`;
      return { kept: null, failure: { code: "reservation_invalid", message } };
    }
  }
}

async function finishKnown(deps: GovernedCallDeps, recent: RecentEnds, ids: AttemptIds, end: CallEnd): Promise<KeptOutcome> {
  try {
    const kept = await finish(deps, ids, end);
    recent.remember(ids.attemptId, { kept });
    return kept;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.retryable) recent.remember(ids.attemptId, { untold: end });
    else recent.forget(ids.attemptId);
    throw thrown;
  }
}

/** Makes the call, or finds that it may not be made. Never rejects: from here on the attempt has to be finished. */
async function carryOut(
  deps: GovernedCallDeps,
  order: CallOrder,
  ids: AttemptIds,
  permit: Permit,
  signal: AbortSignal,
): Promise<CallEnd> {
  if (order.standDown) return endOfStop(order, deps.clock.nowMicros());
  // First, since it may wait: what is checked after it holds at the moment of the call.
  const pass = await passGate(deps, order, signal);
  if (isFailure(pass)) return endOfNoCall(pass, deps.clock.nowMicros());
  try {
    return await callNow(deps, order, ids, permit, pass, signal);
  } finally {
    pass.end(null);
  }
}

async function callNow(
  deps: GovernedCallDeps,
  order: CallOrder,
  ids: AttemptIds,
  permit: Permit,
  pass: CallPass,
  signal: AbortSignal,
): Promise<CallEnd> {
  const { clock } = deps;
  const startedAt = clock.nowMicros();
  if (order.stop?.aborted) return endOfStop(order, startedAt);
  const deployment = permittedDeployment(permit, order, startedAt);
  if (isFailure(deployment)) return endOfNoCall(deployment, startedAt);
  // What cannot stream answers whole, which is all that pieces promise.
  const streams = (order.onDelta !== undefined || order.metered === true) && deployment.model.capabilities.includes("streaming");
  const meter = streams ? new DeltaMeter(order.onDelta ?? null) : null;
  const { latencyMsMax } = permit.obligations;
  const latencyEndsAt = latencyMsMax === null ? Infinity : startedAt + latencyMsMax * 1_000;
  const frame = { order, deployment, attemptId: ids.attemptId, startedAt, latencyEndsAt, meter };
  try {
    const adapter = deps.adapterOf(deployment);
    const call = providerCall(order, deployment, permit, ids, meter);
    // The caller's deadline, the permit's end, and the latency that the policy allows one call.
    const endsAt = Math.min(order.deadlineAtMicros, permit.expiresAt, latencyEndsAt);
    order.hedge?.called();
    const called = callWithin(adapter, call, (endsAt - startedAt) / 1_000, deps.timer, signal, order.stop);
    const answer = await observed(pass, clock, called);
    meter?.close();
    return endOfAnswer(frame, answer, deps.limits.outputBytesMax, clock.nowMicros(), deps.random());
  } catch (thrown) {
    meter?.close();
    return endOfError(frame, thrown, clock.nowMicros(), deps.random());
  }
}

function providerCall(order: CallOrder, deployment: Deployment, permit: Permit, ids: AttemptIds, meter: DeltaMeter | null): ProviderCall {
  return {
    deployment,
    messages: order.messages,
    ...(order.tools ? { tools: order.tools } : {}),
    ...(order.toolChoice === undefined ? {} : { toolChoice: order.toolChoice }),
    maxOutputTokens: order.maxOutputTokens,
    temperature: order.temperature,
    outputSchema: order.outputSchema,
    ...(permit.obligations.cache ? {} : { cache: false as const }),
    ...(meter ? { onDelta: meter.sink } : {}),
    requestId: order.requestId,
    permitId: permit.permitId,
    attemptId: ids.attemptId,
    ...(order.idempotencyKey === undefined ? {} : { idempotencyKey: order.idempotencyKey }),
  };
}
