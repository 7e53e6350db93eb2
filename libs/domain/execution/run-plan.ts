import type { Catalog } from "@leverframe/catalog";
import type { Attempt, ExcludedCandidate, Funded, Output, PlannedCall, Request } from "@leverframe/events";
import { AppError, type Clock, reservationId } from "@leverframe/kernel";
import { type Obligations, readPermit } from "@leverframe/permit";
import { type ChatPrompt, inputTokensBound, readChatPrompt } from "@leverframe/prompt";
import type { CallOrder } from "./call-order";
import type { GovernedCall } from "./governed-call";
import type { KeptOutcome } from "./kept-outcome";
import { nextStep, type RetryPolicy } from "./next-step";
import { type CallFailure, isFailure } from "./permit-check";
import type { RedactPrompt, RedactedPrompt } from "./redact-prompt";
import { cancelled, sleep, type Timer } from "./timer";

export interface RunPlanDeps {
  readonly call: GovernedCall;
  /** The catalog that the plan's permit was made with, or the one in force; asked once for each plan. */
  readonly catalog: (funded: Funded) => Catalog;
  /** sha256 of prompt and parameters, by the same function that the permit was made with. */
  readonly requestDigest: (request: Request) => string;
  readonly redact: RedactPrompt;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly retry: RetryPolicy;
  /** When the call gate skipped every candidate: ask each once more, overruling breakers. Absent: fail as `unavailable`. */
  readonly lastResort?: boolean;
}

/** How a plan went: what the executed event adds to the funded one. */
export interface PlanOutcome {
  /** Provider calls in the order in which they were made, those of unknown outcome included. */
  readonly attempts: readonly Attempt[];
  /** Candidates that were not called because of their health or limits, in the order in which they were skipped. */
  readonly skipped: readonly ExcludedCandidate[];
  readonly output: Output | null;
  /** Why there is no output; null when there is one. */
  readonly failure: CallFailure | null;
  /** When the last attempt ended, as it is kept; the event's own time when there was none. */
  readonly endedAtMicros: number;
}

export type RunPlan = (funded: Funded, signal: AbortSignal) => Promise<PlanOutcome>;

/** A plan that asks for more attempts at one candidate is taken as asking for this many. */
const ATTEMPTS_MAX = 8;

/**
 * Carries out a funded plan: each planned call in its order, retried and fallen back from as next-step says. It
 * decides nothing of its own: which candidates, how often and for how much stand in the event, and whether a call may
 * be made is up to the governed call. Attempt ids are the running ordinals under the round's reservation, and every
 * step follows from kept outcomes alone, so the same event comes to the same outcome, however often and wherever it
 * is delivered. Rejects with AppError `cancelled` (retryable) when `signal` aborts: the event is to be delivered again.
 */
export function createRunPlan(deps: RunPlanDeps): RunPlan {
  return async (funded, signal) => {
    const prepared = sharedOrder(deps, funded);
    const run = newRun(funded);
    if (isFailure(prepared)) return outcomeOf(run, prepared);
    const { order: shared, restore } = prepared;
    run.restore = restore;
    const catalog = deps.catalog(funded);
    const { plan } = funded.funding;
    for (const forced of deps.lastResort ? [false, true] : [false]) {
      for (const [index, planned] of plan.entries()) {
        const deployment = catalog.byId.get(planned.candidate) ?? null;
        const last = index === plan.length - 1;
        const urgency = forced ? "forced" : last ? "last" : "normal";
        const end = await runCandidate(deps, run, { ...shared, deployment, urgency }, planned, last, signal);
        if (end.step === "end" && !forced && deps.lastResort && allSkipped(run)) break;
        if (end.step === "end") return outcomeOf(run, end.failure);
      }
    }
    return outcomeOf(run, { code: "reservation_invalid", message: "the reservation pays for no call" });
  };
}

/** What the plan has come to so far. */
interface Run {
  readonly attempts: Attempt[];
  readonly skipped: ExcludedCandidate[];
  /** As the model wrote it: what was redacted is put back when it leaves, and is kept nowhere on the way. */
  output: Output | null;
  restore: RedactedPrompt["restore"];
  ordinal: number;
  endedAtMicros: number;
}

const newRun = ({ meta }: Funded): Run => ({ attempts: [], skipped: [], output: null, restore: (output) => output, ordinal: 0, endedAtMicros: meta.occurredAt });

type SharedOrder = Omit<CallOrder, "ordinal" | "candidate" | "deployment" | "maxOutputTokens" | "worstCaseNanoUsd" | "urgency">;

/** What all calls of the plan share, computed from the request itself: an event's claims about it may be forged. */
function sharedOrder(deps: RunPlanDeps, funded: Funded): { readonly order: SharedOrder; readonly restore: Run["restore"] } | CallFailure {
  const { meta, origin, request, funding } = funded;
  const expected = reservationId(meta.requestId, meta.round);
  if (funding.reservationId !== expected) {
    const message = `reservation is \`${funding.reservationId}\`; expected \`${expected}\``;
    return { code: "reservation_invalid", message };
  }
  const redacted = redactedPrompt(deps, funded);
  if (isFailure(redacted)) return redacted;
  const { prompt, restore } = redacted;
  const order = {
    permit: funded.permit,
    requestId: meta.requestId,
    tenant: origin.tenant,
    requestDigest: deps.requestDigest(request),
    receivedAtMicros: origin.receivedAt,
    deadlineAtMicros: origin.deadlineAt,
    round: meta.round,
    messages: prompt.messages,
    redacted: redacted.kinds,
    ...(prompt.tools ? { tools: prompt.tools } : {}),
    ...(prompt.toolChoice === undefined ? {} : { toolChoice: prompt.toolChoice }),
    temperature: request.temperature,
    outputSchema: request.outputSchema,
    inputTokensMax: inputTokensBound(prompt, request.outputSchema),
  };
  return { order, restore };
}

/**
 * The prompt as a provider may read it. What the permit's bytes claim is safe to follow here: the governed call refuses
 * a permit that is not authentic, and an order that was not redacted as its permit says.
 */
function redactedPrompt({ redact }: RunPlanDeps, { request, permit }: Funded): (RedactedPrompt & { readonly kinds: readonly string[] }) | CallFailure {
  const prompt = promptOf(request);
  if (isFailure(prompt)) return prompt;
  const terms = obligationsOf(permit.body);
  if (isFailure(terms)) return terms;
  const redacted = redact(prompt, request.outputSchema, terms);
  return isFailure(redacted) ? redacted : { ...redacted, kinds: terms.redact };
}

function obligationsOf(body: Uint8Array): Obligations | CallFailure {
  try {
    return readPermit(body).obligations;
  } catch (thrown) {
    if (thrown instanceof AppError && !thrown.retryable) return { code: "permit_invalid", message: thrown.message };
    throw thrown;
  }
}

function promptOf(request: Request): ChatPrompt | CallFailure {
  try {
    return readChatPrompt(request.prompt);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "bad_input") return { code: "bad_input", message: thrown.message };
    throw thrown;
  }
}

type CandidateEnd = { readonly step: "end"; readonly failure: CallFailure | null } | { readonly step: "fallback" };

/** Attempts at one candidate, until one succeeds, the next candidate is to be asked, or the plan is at its end. */
async function runCandidate(
  deps: RunPlanDeps,
  run: Run,
  shared: SharedOrder & Pick<CallOrder, "deployment" | "urgency">,
  planned: PlannedCall,
  last: boolean,
  signal: AbortSignal,
): Promise<CandidateEnd> {
  const { candidate, maxOutputTokens, worstCaseNanoUsd } = planned;
  const attemptsMax = Math.min(planned.attemptsMax, ATTEMPTS_MAX);
  if (attemptsMax < 1) return { step: "fallback" };
  for (let attemptsMade = 1; ; attemptsMade += 1) {
    const order = { ...shared, ordinal: run.ordinal, candidate, maxOutputTokens, worstCaseNanoUsd };
    const result = await deps.call(order, signal);
    if (result.failure) return { step: "end", failure: result.failure };
    const { kept, obligations } = result;
    record(run, candidate, kept);
    const { deadlineAtMicros } = shared;
    const { fallbackOnRefusal } = obligations;
    const position = { attemptsMade, attemptsMax, last, deadlineAtMicros, fallbackOnRefusal };
    const next = nextStep(kept, position, deps.retry);
    if (next.step === "done") return { step: "end", failure: null };
    if (next.step === "give_up") return { step: "end", failure: kept.failure ?? givenUp(kept, next.pastDeadline) };
    // Only a draining process is cancelled. Its part ends here; the outcomes so far are kept for the next one.
    if (signal.aborted) throw cancelled();
    if (next.step === "fallback") return { step: "fallback" };
    await waitUntil(deps, next.atMicros, signal);
  }
}

function record(run: Run, candidate: string, kept: KeptOutcome): void {
  run.ordinal += 1;
  run.endedAtMicros = kept.endedAtMicros;
  if (kept.failure?.skipped) run.skipped.push({ candidate, cause: kept.failure.skipped });
  if (kept.attempt) run.attempts.push(kept.attempt);
  // A refusal stays the plan's output until somebody who may be asked instead answers.
  run.output = kept.output ?? run.output;
}

const allSkipped = ({ attempts, skipped, ordinal }: Run): boolean => attempts.length === 0 && skipped.length === ordinal && ordinal > 0;

function givenUp({ attempt }: KeptOutcome, pastDeadline: boolean): CallFailure {
  if (pastDeadline) return { code: "deadline_exceeded", message: "the deadline leaves no time for another attempt" };
  const how = attempt ? `: the last, at \`${attempt.candidate}\`, ended with ${attempt.outcome}` : "";
  return { code: "attempts_exhausted", message: `no attempt that was allowed succeeded${how}` };
}

async function waitUntil({ clock, timer }: RunPlanDeps, atMicros: number, signal: AbortSignal): Promise<void> {
  const delayMs = (atMicros - clock.nowMicros()) / 1_000;
  if (delayMs > 0) await sleep(timer, delayMs, signal);
}

function outcomeOf({ attempts, skipped, output, restore, endedAtMicros }: Run, failure: CallFailure | null): PlanOutcome {
  return { attempts, skipped, output: output && restore(output), failure: output ? null : failure, endedAtMicros };
}
