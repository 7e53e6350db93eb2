import type { Deployment } from "@leverframe/catalog";
import type { Clock } from "@leverframe/kernel";
import type { CallOrder } from "./call-order";
import type { CallFailure } from "./permit-check";
import type { ProviderAnswer, RateLimit } from "./provider-adapter";
import { ProviderError, type ProviderErrorKind } from "./provider-error";
import { sleep, type Timer } from "./timer";

/** Why a deployment is not called although permit and money are there. */
export const SKIP_CAUSES = ["breaker_open", "ejected", "concurrency_limit", "rate_limit", "held_by_provider"] as const;
export type SkipCause = (typeof SKIP_CAUSES)[number];

/**
 * How hard the gate is asked. `normal`: another candidate can be asked instead, so long waits are not worth it.
 * `last`: nobody is left to be asked, so waiting is better than nothing. `forced`: every candidate was skipped; breaker
 * and ejection are overruled once, limits that the provider or the load sets are not.
 */
export type Urgency = "normal" | "last" | "forced";

/** What the gate is asked about, right before a call. */
export interface AdmissionAsked {
  readonly deployment: Deployment;
  readonly nowMicros: number;
  /** How long the call has waited here already. */
  readonly waitedMicros: number;
  /** About what providers count against a limit before they have seen the answer, in and out. */
  readonly tokens: number;
  readonly urgency: Urgency;
}

export type Admission =
  | { readonly verdict: "go"; readonly pass: CallPass }
  /** Ask again at this time; at most `WAIT_MS_MAX` in all. */
  | { readonly verdict: "wait"; readonly untilMicros: number; readonly cause: SkipCause }
  | { readonly verdict: "skip"; readonly cause: SkipCause };

/** The leave to make one call. It is ended exactly once in effect: whoever ends it again changes nothing. */
export interface CallPass {
  /** Null: no call was made after all, or nothing can be learned from it. */
  end(observation: CallObservation | null): void;
}

/** What one ended call says about its deployment. */
export interface CallObservation {
  readonly startedAtMicros: number;
  readonly endedAtMicros: number;
  /** Null: the provider answered. A refusal is an answer too. */
  readonly error: ProviderErrorKind | null;
  /** The adapter says that the same call may succeed at once: of an `auth` error, with another key. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** Tokens that the provider counted, in and out; null when it did not say. */
  readonly tokens: number | null;
  readonly rateLimit: RateLimit | null;
}

/** Says of each call whether its deployment is fit for it now, and learns from each. Synchronous and in memory: microseconds. */
export interface CallGate {
  admit(asked: AdmissionAsked): Admission;
}

/** Longest wait for a pass in all: below the time after which another process believes a begun attempt dead. */
export const WAIT_MS_MAX = 5_000;

/** `inputTokensMax` counts bytes; for a limit, what text usually makes of them is nearer to what the provider counts. */
const BYTES_PER_TOKEN = 4;

const OPEN_PASS: CallPass = { end: () => undefined };

export interface GateDeps {
  /** Absent: every call goes. */
  readonly gate?: CallGate;
  readonly clock: Clock;
  readonly timer: Timer;
}

/**
 * Asks the gate until it says go or skip. A skip is kept as the outcome of its attempt, like every end that makes no
 * call: so a redelivered event skips the same candidates, nothing is charged, and no attempt of the plan is spent.
 * Never rejects.
 */
export async function passGate(deps: GateDeps, order: CallOrder, signal: AbortSignal): Promise<CallPass | CallFailure> {
  const { gate, clock, timer } = deps;
  const { deployment, inputTokensMax, maxOutputTokens, urgency = "normal" } = order;
  if (!gate || !deployment) return OPEN_PASS;
  const tokens = Math.ceil(inputTokensMax / BYTES_PER_TOKEN) + maxOutputTokens;
  const beganAt = clock.nowMicros();
  const patienceEndsAt = Math.min(order.deadlineAtMicros, beganAt + WAIT_MS_MAX * 1_000);
  for (;;) {
    const nowMicros = clock.nowMicros();
    const admission = gate.admit({ deployment, nowMicros, waitedMicros: nowMicros - beganAt, tokens, urgency });
    if (admission.verdict === "go") return admission.pass;
    if (admission.verdict === "skip" || admission.untilMicros >= patienceEndsAt) return skipped(order, admission.cause);
    try {
      await sleep(timer, Math.max(1, (admission.untilMicros - nowMicros) / 1_000), signal);
    } catch {
      // The process drains. The call that is tried next finds the same signal, and ends as cancelled without being made.
      return OPEN_PASS;
    }
  }
}

const skipped = ({ candidate }: CallOrder, cause: SkipCause): CallFailure => ({
  code: "unavailable",
  message: `\`${candidate}\` was skipped: ${cause}`,
  skipped: cause,
});

/** Hands the end of the call to the pass, and passes it on. */
export async function observed(pass: CallPass, clock: Clock, call: Promise<ProviderAnswer>): Promise<ProviderAnswer> {
  const startedAtMicros = clock.nowMicros();
  try {
    const answer = await call;
    pass.end({
      startedAtMicros,
      endedAtMicros: clock.nowMicros(),
      error: null,
      retryable: false,
      retryAfterMs: null,
      tokens: answer.usage && answer.usage.inputTokens + answer.usage.outputTokens,
      rateLimit: answer.rateLimit,
    });
    return answer;
  } catch (thrown) {
    pass.end(thrown instanceof ProviderError ? failureSeen(thrown, startedAtMicros, clock.nowMicros()) : null);
    throw thrown;
  }
}

function failureSeen(error: ProviderError, startedAtMicros: number, endedAtMicros: number): CallObservation {
  const { kind, retryable, retryAfterMs, usage } = error;
  const tokens = usage && usage.inputTokens + usage.outputTokens;
  return { startedAtMicros, endedAtMicros, error: kind, retryable, retryAfterMs, tokens, rateLimit: null };
}
