/**
 * What one ended call says. The shape is that of the call gate's observation (`execution`, which owns the port); rooms
 * do not import each other, so the executor's wiring is where the two meet and the compiler compares them.
 */
export interface ObservedCall {
  readonly startedAtMicros: number;
  readonly endedAtMicros: number;
  /** A kind of the provider errors; null: the provider answered. */
  readonly error: string | null;
  /** Of an `auth` or `quota` error: another key is left. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly tokens: number | null;
  readonly rateLimit: { readonly requestsLeft: number | null; readonly tokensLeft: number | null } | null;
}

/**
 * `success`: it works. `failure`: it does not. `neutral`: it says nothing about the deployment: mistakes of ours, what
 * the model declines, and what nobody waited for.
 */
export type Verdict = "success" | "failure" | "neutral";

const FAILURES: ReadonlySet<string> = new Set([
  "rate_limited", "overloaded", "timeout", "connection", "auth", "quota", "malformed_output", "unavailable", "unknown",
]);
/** The provider took the request, looked at it and said no: it works. */
const ANSWERS: ReadonlySet<string> = new Set(["content_refused", "safety_blocked"]);
/** Signs of too much load, at which fewer calls at once are what helps. */
const OVERLOADS: ReadonlySet<string> = new Set(["rate_limited", "overloaded", "timeout"]);

/**
 * `usualMs` is how long a call of the deployment takes: a deadline that left less time proves nothing when it passes.
 * A rejected key says nothing about the deployment while another key is left to be tried.
 */
export function verdictOn({ error, retryable, startedAtMicros, endedAtMicros }: ObservedCall, usualMs: number): Verdict {
  if (error === null || ANSWERS.has(error)) return "success";
  if (error === "timeout" && (endedAtMicros - startedAtMicros) / 1_000 < usualMs) return "neutral";
  if ((error === "auth" || error === "quota") && retryable) return "neutral";
  return FAILURES.has(error) ? "failure" : "neutral";
}

export const isOverload = (error: string | null): boolean => error !== null && OVERLOADS.has(error);
