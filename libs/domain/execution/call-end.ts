import type { Deployment } from "@leverframe/catalog";
import type { Attempt, Output } from "@leverframe/events";
import { AppError, type MicroUsd, type NanoUsd } from "@leverframe/kernel";
import type { CallOrder } from "./call-order";
import type { KeptOutcome } from "./kept-outcome";
import type { CallFailure } from "./permit-check";
import type { ProviderAnswer } from "./provider-adapter";
import { isRefusal, ProviderError } from "./provider-error";
import { type Settlement, settlementOf, worstCaseSettlement } from "./settlement";

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
  if (utf8LengthExceeds(answer.text, outputBytesMax)) {
    const options = { billed: "yes", retryable: false, usage, providerRequestId } as const;
    const error = new ProviderError("malformed_output", `the output is longer than ${outputBytesMax} bytes`, options);
    return endOfError(frame, error, nowMicros, random);
  }
  const { order, deployment } = frame;
  const settlement = settlementOf("yes", usage, deployment.price, order.worstCaseNanoUsd);
  const attempt = attemptOf(frame, settlement, nowMicros, {
    outcome: answer.refused ? "content_refused" : "succeeded",
    error: settlement.note,
    providerRequestId,
    finishReason: answer.finishReason,
  });
  const { text, finishReason, refused, toolCalls = [] } = answer;
  const output = { text, finishReason, refused, toolCalls: toolCalls.map((call) => ({ ...call })) };
  return endOf(settlement, { attempt, output, retryable: false, fallback: false, retryAfterMs: null }, nowMicros, random);
}

/** The call failed. A refusal told by an error is an output too: nothing after this may take it for a mere failure. */
export function endOfError(frame: CallFrame, thrown: unknown, nowMicros: number, random: number): CallEnd {
  const error = toProviderError(thrown);
  const settlement = settlementOf(error.billed, error.usage, frame.deployment.price, frame.order.worstCaseNanoUsd);
  const attempt = attemptOf(frame, settlement, nowMicros, {
    outcome: error.kind,
    error: settlement.note === null ? error.message : `${error.message}; ${settlement.note}`,
    providerRequestId: error.providerRequestId,
    finishReason: null,
  });
  const output = isRefusal(error.kind) ? { text: "", finishReason: "content_filter", refused: true, toolCalls: [] } : null;
  const { retryable, fallback, retryAfterMs } = error;
  return endOf(settlement, { attempt, output, retryable, fallback, retryAfterMs }, nowMicros, random);
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
    notes: [],
  };
  return endOf(settlement, { attempt, output: null, retryable: true, fallback: true, retryAfterMs: null }, nowMicros, random);
}

interface Ending {
  readonly attempt: Attempt;
  readonly output: Output | null;
  readonly retryable: boolean;
  readonly fallback: boolean;
  readonly retryAfterMs: number | null;
}

function endOf({ costNanoUsd, chargeMicroUsd }: Settlement, ending: Ending, nowMicros: number, random: number): CallEnd {
  const endedAtMicros = Math.max(nowMicros, ending.attempt.startedAt);
  const kept = { ...ending, failure: null, jitterPpm: Math.floor(random * PPM), endedAtMicros };
  return { kept, costNanoUsd, chargeMicroUsd };
}

function attemptOf(
  { order, deployment, attemptId, startedAt }: CallFrame,
  { usage, costNanoUsd }: Settlement,
  nowMicros: number,
  told: Pick<Attempt, "outcome" | "error" | "providerRequestId" | "finishReason">,
): Attempt {
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
    notes: [],
  };
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

const encoder = new TextEncoder();

/** A UTF-16 unit is at most three bytes of UTF-8, so most texts need not be encoded to know. */
const utf8LengthExceeds = (text: string, bytesMax: number): boolean =>
  text.length > bytesMax || (text.length * 3 > bytesMax && encoder.encode(text).length > bytesMax);
