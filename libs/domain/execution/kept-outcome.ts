import type { Attempt, Output } from "@leverframe/events";
import { AppError } from "@leverframe/kernel";
import type { CallFailure } from "./permit-check";

/**
 * Everything that is known of an attempt once it has ended, kept in the ledger's store by the step that settles it.
 * What happens next is a pure function of it (next-step), so that whoever is given the same event again walks the
 * same path to the same bytes, long after clocks, prices and random numbers have moved on.
 */
export interface KeptOutcome {
  /** Null when the attempt was begun but, for the reason in `failure`, no provider was called. */
  readonly attempt: Attempt | null;
  readonly output: Output | null;
  readonly failure: CallFailure | null;
  readonly retryable: boolean;
  readonly fallback: boolean;
  readonly retryAfterMs: number | null;
  /** Share of the backoff window to wait, in millionths: drawn once, when the attempt ends. */
  readonly jitterPpm: number;
  readonly endedAtMicros: number;
  /** A second attempt was begun beside this one, under the next ordinal. */
  readonly hedged: boolean;
}

/** Leads every kept outcome, so that a later shape can be told from this one. */
const VERSION = 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** JSON of fixed member order; equal outcomes have equal bytes. */
export function encodeOutcome(kept: KeptOutcome): Uint8Array {
  const { attempt, output, failure } = kept;
  const fields = [
    VERSION,
    attempt && encodeAttempt(attempt),
    output && [output.text, output.finishReason, output.refused, output.toolCalls],
    failure && encodeFailure(failure),
    kept.retryable,
    kept.fallback,
    kept.retryAfterMs,
    kept.jitterPpm,
    kept.endedAtMicros,
    kept.hedged,
  ];
  return encoder.encode(JSON.stringify(fields));
}

/** The inverse of encodeOutcome; throws AppError `bad_record` for bytes of another shape. */
export function decodeOutcome(bytes: Uint8Array): KeptOutcome {
  try {
    const [version, attempt, output, failure, retryable, fallback, retryAfterMs, jitterPpm, endedAtMicros, hedged] = JSON.parse(
      decoder.decode(bytes),
    );
    if (version !== VERSION) throw new Error(`version \`${String(version)}\`; expected ${VERSION}`);
    return {
      attempt: attempt && decodeAttempt(attempt),
      output: output && { text: output[0], finishReason: output[1], refused: output[2], toolCalls: output[3] ?? [] },
      failure: failure && { code: failure[0], message: failure[1], ...(failure[2] ? { skipped: failure[2] } : {}), ...(failure[3] ? { overflow: true } : {}) },
      retryable,
      fallback,
      retryAfterMs,
      jitterPpm,
      endedAtMicros,
      hedged: hedged ?? false,
    };
  } catch (cause) {
    throw new AppError("bad_record", "a kept outcome cannot be read", { cause });
  }
}

function encodeFailure({ code, message, skipped, overflow }: CallFailure): unknown[] {
  if (overflow) return [code, message, skipped ?? null, true];
  return skipped ? [code, message, skipped] : [code, message];
}

function encodeAttempt(attempt: Attempt): unknown[] {
  const { usage } = attempt;
  return [
    attempt.attemptId,
    attempt.candidate,
    attempt.provider,
    attempt.model,
    attempt.region,
    attempt.startedAt,
    attempt.latencyMicros,
    attempt.outcome,
    attempt.error,
    usage && [usage.inputTokens, usage.cachedInputTokens, usage.outputTokens, usage.reasoningTokens, usage.cacheWriteTokens],
    // Integers beyond 2^53 would lose digits as JSON numbers.
    attempt.costNanoUsd.toString(),
    attempt.providerRequestId,
    attempt.finishReason,
    attempt.notes,
  ];
}

// The store gives back what this room wrote, so fields are taken at their word; a foreign shape fails in BigInt or above.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function decodeAttempt(fields: any[]): Attempt {
  const usage = fields[9];
  return {
    attemptId: fields[0],
    candidate: fields[1],
    provider: fields[2],
    model: fields[3],
    region: fields[4],
    startedAt: fields[5],
    latencyMicros: fields[6],
    outcome: fields[7],
    error: fields[8],
    usage: usage && { inputTokens: usage[0], cachedInputTokens: usage[1], cacheWriteTokens: usage[4] ?? 0, outputTokens: usage[2], reasoningTokens: usage[3] },
    costNanoUsd: BigInt(fields[10]),
    providerRequestId: fields[11],
    finishReason: fields[12],
    notes: fields[13] ?? [],
  };
}
