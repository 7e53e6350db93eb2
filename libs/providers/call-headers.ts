import type { ProviderCall } from "@leverframe/execution";

/**
 * Stand on every call, so that the provider's side, a proxy's log or an audit can be joined with ours. A provider or proxy
 * that honours an idempotency key (draft-ietf-httpapi-idempotency-key-header) carries out one of the calls that share it:
 * those that repeat a call whose end nobody saw. The others pass it over.
 */
export function callHeaders({ permitId, attemptId, requestId, idempotencyKey = attemptId }: ProviderCall): Record<string, string> {
  return {
    "idempotency-key": idempotencyKey,
    "x-leverframe-permit": permitId,
    "x-leverframe-attempt": attemptId,
    "x-leverframe-request": requestId,
  };
}

/** The SDKs want a time-out of their own; the governed call's signal always comes first. */
export const SDK_TIMEOUT_MS = 24 * 60 * 60 * 1_000;
