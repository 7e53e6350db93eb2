import type { Deployment, Price } from "@leverframe/catalog";
import type { Attempt, Output } from "@leverframe/events";
import { AppError, type MicroUsd, type NanoUsd } from "@leverframe/kernel";
import type { CallOrder } from "./call-order";
import { callPrice } from "./call-price";
import type { DeltaMeter } from "./delta-meter";
import type { KeptOutcome } from "./kept-outcome";
import type { CallFailure } from "./permit-check";
import type { ProviderAnswer } from "./provider-adapter";
import { isRefusal, ProviderError } from "./provider-error";
import { type Settlement, settlementOf, settlementOfPart, worstCaseSettlement } from "./settlement";

/** How one attempt ended: what is charged and what is kept. */
export interface CallEnd {
  readonly kept: KeptOutcome;
  readonly costNanoUsd: NanoUsd;
  readonly chargeMicroUsd: MicroUsd;
}

/** A call under way. */
export interface CallFrame {
  readonly order: CallOrder;
  readonly deployment: Deployment;
  readonly attemptId: string;
  readonly startedAt: number;
  /** When the policy's `latencyMsMax` ends it; Infinity without one. */
  readonly latencyEndsAt: number;
  /** What came of the answer before its end; null when it is not streamed. */
  readonly meter: DeltaMeter | null;
}

const PPM = 1_000_000;

/** The provider answered, perhaps with a refusal. */
export function endOfAnswer(
  frame: CallFrame,
  answer: ProviderAnswer,
  outputBytesMax: number,
  nowMicros: number,
  random: number,
): CallEnd {
  const { usage, providerRequestId } = answer;
  if (utf8LengthExceeds(outputTextOf(answer), outputBytesMax)) {
    const options = { billed: "yes", retryable: false, usage, providerRequestId } as const;
    const error = new ProviderError("malformed_output", `the output is longer than ${outputBytesMax} bytes`, options);
    return endOfError(frame, error, nowMicros, random);
  }
  const { order } = frame;
  const settlement = settlementOf("yes", usage, priceOf(frame), order.worstCaseNanoUsd);
  const attempt = attemptOf(frame, settlement, nowMicros, {
    outcome: answer.refused ? "content_refused" : "succeeded",
    error: settlement.note,
    providerRequestId,
    finishReason: answer.finishReason,
  });
  const { text, finishReason, refused, toolCalls = [] } = answer;
  const output = { text, finishReason, refused, toolCalls: toolCalls.map((call) => ({ ...call })) };
  const ending = { attempt, output, failure: null, ...NOT_AGAIN, retryAfterMs: null };
  return endOf(order, settlement, ending, nowMicros, random);
}

/**
 * The call failed. A refusal told by an error is an output too: nothing after this may take it for a mere failure. What
 * the application has seen a part of is never begun anew behind its back, and a request that it cancelled is at its end.
 */
export function endOfError(frame: CallFrame, thrown: unknown, nowMicros: number, random: number): CallEnd {
  const { order, meter } = frame;
  const error = toProviderError(thrown);
  const settlement = settled(frame, error);
  const attempt = attemptOf(frame, settlement, nowMicros, {
    outcome: error.kind,
    error: settlement.note === null ? error.message : `${error.message}; ${settlement.note}`,
    providerRequestId: error.providerRequestId,
    finishReason: null,
  });
  const refusal = isRefusal(error.kind);
  const output = refusal ? { text: "", finishReason: "content_filter", refused: true, toolCalls: [] } : null;
  const stopped = error.kind === "cancelled" && order.stop?.aborted === true;
  // A draining process is not the stream's end: whoever takes the request over begins it anew, and says so.
  const broken = meter?.shown === true && !refusal && error.kind !== "cancelled";
  const failure = stopped ? STOPPED : broken ? interrupted(error) : null;
  const { retryAfterMs } = error;
  const again = failure === null ? error : NOT_AGAIN;
  const { retryable, fallback } = again;
  return endOf(frame.order, settlement, { attempt, output, failure, retryable, fallback, retryAfterMs }, nowMicros, random);
}

const STOPPED: CallFailure = { code: "cancelled", message: "the application cancelled the request" };
const NOT_AGAIN = { retryable: false, fallback: false } as const;

const interrupted = ({ kind }: ProviderError): CallFailure => ({
  code: "stream_interrupted",
  message: `the stream broke after a part of the answer had been seen: ${kind}`,
});

/** Of the price card at the attempt's kept start, so that a settlement comes to the same whenever it is made. */
const priceOf = ({ order, deployment, startedAt }: CallFrame): Price => callPrice(order, deployment, startedAt) ?? deployment.price;

function settled(frame: CallFrame, { billed, usage }: ProviderError): Settlement {
  const { order, meter, deployment } = frame;
  const { worstCaseNanoUsd, inputTokensMax, maxOutputTokens } = order;
  if (!meter?.started) return settlementOf(billed, usage, priceOf(frame), worstCaseNanoUsd);
  const seen = { inputTokensMax, outputTokensMax: Math.min(meter.tokensMax, maxOutputTokens), thoughtTokensMax: deployment.model.reasoning ? maxOutputTokens : null };
  return settlementOfPart(usage, seen, priceOf(frame), worstCaseNanoUsd);
}

/** Begun when the application had cancelled the request, or while another attempt answered it: nothing was called. */
export function endOfStop(order: CallOrder, nowMicros: number): CallEnd {
  const failure = order.stop?.aborted ? STOPPED : ({ code: "unavailable", message: "another attempt had answered" } as const);
  const end = endOfNoCall(failure, nowMicros);
  return { ...end, kept: { ...end.kept, fallback: false } };
}

/** Begun, and then not allowed: no provider was called, nothing is charged. Another candidate may be. */
export function endOfNoCall(failure: CallFailure, nowMicros: number): CallEnd {
  const kept: KeptOutcome = {
    attempt: null,
    output: null,
    failure,
    retryable: false,
    fallback: true,
    retryAfterMs: null,
    jitterPpm: 0,
    endedAtMicros: nowMicros,
    hedged: false,
  };
  return { kept, costNanoUsd: 0n, chargeMicroUsd: 0 };
}

/** Whoever began the call is gone and nobody knows how it ended. */
export function endUnseen(order: CallOrder, id: string, beganAt: number, nowMicros: number, random: number): CallEnd {
  const settlement = worstCaseSettlement(order.worstCaseNanoUsd);
  const attempt: Attempt = {
    attemptId: id,
    candidate: order.candidate,
    provider: order.deployment?.provider.id ?? "",
    model: order.deployment?.model.id ?? "",
    region: order.deployment?.region ?? "",
    startedAt: beganAt,
    latencyMicros: Math.max(0, nowMicros - beganAt),
    outcome: "outcome_unknown",
    error: "nobody saw the end of the call; charged_at_worst_case",
    usage: null,
    costNanoUsd: settlement.costNanoUsd,
    providerRequestId: null,
    finishReason: null,
    notes: order.notes ?? [],
  };
  const ending = { attempt, output: null, failure: null, retryable: true, fallback: true, retryAfterMs: null };
  const end = endOf(order, settlement, ending, nowMicros, random);
  // Whether whoever is gone began a second attempt beside it is not known: then it is looked for.
  return { ...end, kept: { ...end.kept, hedged: order.hedge !== undefined } };
}

interface Ending {
  readonly attempt: Attempt;
  readonly output: Output | null;
  readonly failure: CallFailure | null;
  readonly retryable: boolean;
  readonly fallback: boolean;
  readonly retryAfterMs: number | null;
}

function endOf({ hedge }: CallOrder, { costNanoUsd, chargeMicroUsd }: Settlement, ending: Ending, nowMicros: number, random: number): CallEnd {
  const endedAtMicros = Math.max(nowMicros, ending.attempt.startedAt);
  const kept = { ...ending, jitterPpm: Math.floor(random * PPM), endedAtMicros, hedged: hedge?.seal() ?? false };
  return { kept, costNanoUsd, chargeMicroUsd };
}

function attemptOf(
  frame: CallFrame,
  { usage, costNanoUsd }: Settlement,
  nowMicros: number,
  told: Pick<Attempt, "outcome" | "error" | "providerRequestId" | "finishReason">,
): Attempt {
  const { order, deployment, attemptId, startedAt } = frame;
  return {
    attemptId,
    candidate: order.candidate,
    provider: deployment.provider.id,
    model: deployment.model.id,
    region: deployment.region,
    startedAt,
    latencyMicros: Math.max(0, nowMicros - startedAt),
    outcome: told.outcome,
    error: told.error,
    usage,
    costNanoUsd,
    providerRequestId: told.providerRequestId,
    finishReason: told.finishReason,
    notes: notesOf(frame, told.outcome, nowMicros),
  };
}

/** On the record of a call that the policy's latency limit ended; `timeout` alone may be the provider's own. */
export const OVER_LATENCY = "over_latency";

function notesOf({ order, meter, latencyEndsAt }: CallFrame, outcome: string, nowMicros: number): readonly string[] {
  const notes = [...(order.notes ?? [])];
  if (meter?.shown) notes.push("streamed");
  if (outcome === "timeout" && nowMicros >= latencyEndsAt) notes.push(OVER_LATENCY);
  return notes;
}

/** An adapter rejects with ProviderErrors alone; anything else is a fault of ours whose cost nobody knows. */
function toProviderError(thrown: unknown): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  // There is no adapter, so there was no call.
  if (thrown instanceof AppError) {
    return new ProviderError("unavailable", thrown.message, { cause: thrown, billed: "no", retryable: false });
  }
  return new ProviderError("unknown", "the adapter failed unexpectedly", { cause: thrown });
}

/** Everything that the model wrote and that is kept: its words, and what it asks tools for. */
const outputTextOf = ({ text, toolCalls }: ProviderAnswer): string =>
  toolCalls ? toolCalls.reduce((all, call) => all + call.id + call.name + call.arguments, text) : text;

const encoder = new TextEncoder();

/** A UTF-16 unit is at most three bytes of UTF-8, so most texts need not be encoded to know. */
const utf8LengthExceeds = (text: string, bytesMax: number): boolean =>
  text.length > bytesMax || (text.length * 3 > bytesMax && encoder.encode(text).length > bytesMax);
