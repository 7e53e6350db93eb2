import type { Deployment } from "@leverframe/catalog";
import { AppError, attemptId, type Clock, type MicroUsd, reservationId, toMicroUsd } from "@leverframe/kernel";
import type { Obligations, Permit } from "@leverframe/permit";
import type { AttemptStore, BeginResult } from "./attempt-store";
import { type CallGate, type CallPass, observed, passGate } from "./call-gate";
import { type CallEnd, endOfAnswer, endOfError, endOfNoCall, endUnseen } from "./call-end";
import type { CallOrder } from "./call-order";
import { callWithin } from "./call-within";
import { decodeOutcome, encodeOutcome, type KeptOutcome } from "./kept-outcome";
import { type CallFailure, candidateFailure, isFailure, permittedDeployment, type VerifyPermit } from "./permit-check";
import type { ProviderAdapter } from "./provider-adapter";
import { cancelled, sleep, type Timer } from "./timer";

/** Either the outcome that is kept, or why the attempt was not even begun. */
export type GovernedResult =
  | { readonly kept: KeptOutcome; readonly failure: null; readonly obligations: Obligations }
  | { readonly kept: null; readonly failure: CallFailure };

export type GovernedCall = (order: CallOrder, signal: AbortSignal) => Promise<GovernedResult>;

export interface GovernedCallDeps {
  readonly verify: VerifyPermit;
  readonly attempts: AttemptStore;
  /** The adapter for a provider's wire API; throws AppError `bad_config` when there is none. */
  readonly adapterOf: (deployment: Deployment) => ProviderAdapter;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Asked right before each call whether its deployment is fit for it; absent: every call goes. */
  readonly gate?: CallGate;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** This start of this process: another start has another name, so that its orphans can be told from calls alive. */
  readonly owner: string;
  readonly limits: GovernedCallLimits;
}

export interface GovernedCallLimits {
  /** How long after its begin a call of another process is believed to be alive. */
  readonly takeoverMs: number;
  readonly pollMs: number;
  /** A longer output is not kept, since the outcome and the event that carry it are bounded. */
  readonly outputBytesMax: number;
  /** How often a finish is tried while the store is unavailable, before the attempt is left to be taken over. */
  readonly finishTriesMax: number;
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
  return async (order, signal) => {
    const ids = idsOf(order);
    const permit = authenticPermit(deps, order);
    if (isFailure(permit)) return { kept: null, failure: permit };
    const alive = live.get(ids.attemptId);
    if (alive) return alive;
    const made = make(deps, order, ids, permit, signal);
    live.set(ids.attemptId, made);
    try {
      return await made;
    } finally {
      live.delete(ids.attemptId);
    }
  };
}

interface Ids {
  readonly reservationId: string;
  readonly attemptId: string;
  readonly worstCaseMicroUsd: MicroUsd;
}

function idsOf(order: CallOrder): Ids {
  const reservation = reservationId(order.requestId, order.round);
  return {
    reservationId: reservation,
    attemptId: attemptId(reservation, order.ordinal),
    worstCaseMicroUsd: toMicroUsd(order.worstCaseNanoUsd),
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
  order: CallOrder,
  ids: Ids,
  permit: Permit,
  signal: AbortSignal,
): Promise<GovernedResult> {
  if (signal.aborted) throw cancelled();
  const begun = await begin(deps, ids);
  const taken = begun.status === "in_flight" ? await takeOver(deps, order, ids, begun, signal) : begun;
  const { obligations } = permit;
  switch (taken.status) {
    case "finished":
      return { kept: decodeOutcome(taken.outcome), failure: null, obligations };
    case "begun": {
      const kept = await finish(deps, ids, await carryOut(deps, order, ids, permit, signal));
      return { kept, failure: null, obligations };
    }
    default: {
      const message = `reservation \`${ids.reservationId}\` does not pay for the call: ${taken.status}`;
      return { kept: null, failure: { code: "reservation_invalid", message } };
    }
  }
}

const begin = (deps: GovernedCallDeps, { attemptId: id, reservationId: reservation, worstCaseMicroUsd }: Ids) =>
  deps.attempts.begin({
    attemptId: id,
    reservationId: reservation,
    worstCaseMicroUsd,
    owner: deps.owner,
    nowMicros: deps.clock.nowMicros(),
  });

type Settled = Exclude<BeginResult, { status: "in_flight" }>;
type InFlight = Extract<BeginResult, { status: "in_flight" }>;

/**
 * Somebody began this attempt and has not finished it. While its process may be alive we wait for its outcome; then
 * the end of the call counts as unseen: charged at its worst case, since the provider may have carried it out, and
 * finished as `outcome_unknown`. Repeating it is up to the next attempt. When the other process turns out to be alive
 * after all, its own finish is answered with this outcome, so both go on from the same one.
 */
async function takeOver(
  deps: GovernedCallDeps,
  order: CallOrder,
  ids: Ids,
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

/** Makes the call, or finds that it may not be made. Never rejects: from here on the attempt has to be finished. */
async function carryOut(
  deps: GovernedCallDeps,
  order: CallOrder,
  ids: Ids,
  permit: Permit,
  signal: AbortSignal,
): Promise<CallEnd> {
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
  ids: Ids,
  permit: Permit,
  pass: CallPass,
  signal: AbortSignal,
): Promise<CallEnd> {
  const { clock } = deps;
  const startedAt = clock.nowMicros();
  const deployment = permittedDeployment(permit, order, startedAt);
  if (isFailure(deployment)) return endOfNoCall(deployment, startedAt);
  const frame = { order, deployment, attemptId: ids.attemptId, startedAt };
  try {
    const adapter = deps.adapterOf(deployment);
    const call = {
      deployment,
      messages: order.messages,
      ...(order.tools ? { tools: order.tools } : {}),
      ...(order.toolChoice === undefined ? {} : { toolChoice: order.toolChoice }),
      maxOutputTokens: order.maxOutputTokens,
      temperature: order.temperature,
      outputSchema: order.outputSchema,
      requestId: order.requestId,
      permitId: permit.permitId,
      attemptId: ids.attemptId,
    };
    const deadlineMs = (deadlineOf(permit, order, startedAt) - startedAt) / 1_000;
    const answer = await observed(pass, clock, callWithin(adapter, call, deadlineMs, deps.timer, signal));
    return endOfAnswer(frame, answer, deps.limits.outputBytesMax, clock.nowMicros(), deps.random());
  } catch (thrown) {
    return endOfError(frame, thrown, clock.nowMicros(), deps.random());
  }
}

/** The caller's deadline, the permit's end, and the latency that the policy allows one call. */
function deadlineOf(permit: Permit, order: CallOrder, nowMicros: number): number {
  const { latencyMsMax } = permit.obligations;
  const latencyEndsAt = latencyMsMax === null ? Infinity : nowMicros + latencyMsMax * 1_000;
  return Math.min(order.deadlineAtMicros, permit.expiresAt, latencyEndsAt);
}

/**
 * Settles and keeps. The call has been made, so a store that is briefly away is waited for, also while the process
 * drains: giving up here turns a known outcome into an unknown one that costs the worst case.
 */
async function finish(deps: GovernedCallDeps, ids: Ids, end: CallEnd): Promise<KeptOutcome> {
  const command = {
    attemptId: ids.attemptId,
    reservationId: ids.reservationId,
    chargeMicroUsd: end.chargeMicroUsd,
    costNanoUsd: end.costNanoUsd,
    outcome: encodeOutcome(end.kept),
    nowMicros: deps.clock.nowMicros(),
  };
  for (let tries = 1; ; tries += 1) {
    try {
      const result = await deps.attempts.finish(command);
      if (result.status === "finished") return end.kept;
      if (result.status === "already_finished") return decodeOutcome(result.outcome);
      throw new AppError("reservation_invalid", `attempt \`${ids.attemptId}\` cannot be finished: ${result.status}`);
    } catch (thrown) {
      const again = thrown instanceof AppError && thrown.retryable && tries < deps.limits.finishTriesMax;
      if (!again) throw thrown;
      await sleep(deps.timer, deps.limits.pollMs * 2 ** tries, NEVER);
    }
  }
}

const NEVER = new AbortController().signal;
