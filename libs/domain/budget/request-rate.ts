import type { RateRef } from "./ledger-store";

const MINUTE_MICROS = 60_000_000;

/**
 * The count of requests that a tenant's route takes in the minute (UTC) that contains this moment. Taken from when the
 * request was received, so that requests which had to wait together are not refused for it, and a redelivery counts where the first did.
 */
export function routeRate(tenant: string, route: string, requestsMax: number, atMicros: number): RateRef {
  const window = new Date(atMicros / 1_000).toISOString().slice(0, "2026-11-21T08:15".length);
  return { scope: `route:${tenant}/${route}`, window, requestsMax };
}

/** When the count of this window no longer stands in the way: `2026-11-21T08:16:00Z` for `2026-11-21T08:15`. */
export function nextMinute(window: string): string {
  const next = Date.parse(`${window}:00Z`) + MINUTE_MICROS / 1_000;
  return `${new Date(next).toISOString().slice(0, "2026-11-21T08:15".length)}:00Z`;
}
