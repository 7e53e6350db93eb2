import type { Deployment } from "@leverframe/catalog";
import type { ObservedCall } from "../call-outcome";
import { HealthBook, type HealthBookOptions } from "../health-book";
import { HEALTH_TERMS } from "../health-terms";

export const MS = 1_000;
export const SECOND = 1_000_000;
/** Some time; no test depends on which. */
export const NOON = 1_800_000_000_000_000;

export function deploymentOf(id: string, changes: Partial<Deployment> = {}): Deployment {
  const price = { inputNanoUsd: 1n, cachedInputNanoUsd: 1n, outputNanoUsd: 1n };
  return {
    id,
    provider: { id: id.split("/")[0] ?? "p", api: "openai", baseUrl: null, apiKeyEnv: null },
    model: { id: "m", tier: "standard", licence: "commercial", contextTokensMax: 1_000, outputTokensMax: 100, capabilities: [], quality: { default: 0.8 } },
    providerModel: "m",
    region: "eu",
    tags: [],
    price,
    latencyMs: 500,
    ...changes,
  };
}

export const answered = (nowMicros: number, tookMs = 100): ObservedCall => ({
  startedAtMicros: nowMicros - tookMs * MS, endedAtMicros: nowMicros, error: null, retryable: false, retryAfterMs: null, tokens: null, rateLimit: null,
});
export const failedWith = (error: string, nowMicros: number, changes: Partial<ObservedCall> = {}): ObservedCall => ({ ...answered(nowMicros, 1_000), error, ...changes });

export const bookOf = (options: Partial<HealthBookOptions> = {}): HealthBook =>
  new HealthBook({ instance: "one", terms: HEALTH_TERMS, random: () => 0, ...options });

/** Asks and, if it may go, makes the call that `end` describes; tells what the book said. */
export function callOnce(book: HealthBook, deployment: Deployment, nowMicros: number, end: (endMicros: number) => ObservedCall, urgency: "normal" | "last" | "forced" = "normal"): string {
  const answer = book.admit({ deployment, nowMicros, waitedMicros: 0, tokens: 100, urgency });
  if (answer.verdict !== "go") return answer.cause;
  answer.pass.end(end(nowMicros + 100 * MS));
  return "go";
}
