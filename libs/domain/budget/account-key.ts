import type { AccountKey, Balance, CapChange } from "./ledger-store";

/** Where an account lives: in the journal, in the counts of minutes (forgotten when long past), or nowhere (a cap on one reservation). */
export type Keeping = "journal" | "minute" | "request";

const MINUTE_LENGTH = "2026-11-21T08:15".length;
const COLON_OF_MINUTE = "2026-11-21T08".length;

export function keepingOf(window: string): Keeping {
  if (window === "request") return "request";
  return window.length === MINUTE_LENGTH && window[COLON_OF_MINUTE] === ":" ? "minute" : "journal";
}

/** The same for the same account; dollars keep the short form that accounts had before there were other units. */
export function accountId({ scope, window, unit }: AccountKey): string {
  return unit === "usd" ? `${scope}\t${window}` : `${scope}\t${window}\t${unit}`;
}

export function emptyBalance({ scope, window, unit }: AccountKey): Balance {
  return { scope, window, unit, cap: null, reserved: 0, settled: 0, changes: [] };
}

/** The declared cap with the changes that are in force at this moment, never below zero; null when none is declared. */
export function capInForce(cap: number | null, changes: readonly CapChange[], nowMicros: number): number | null {
  if (cap === null || changes.length === 0) return cap;
  const delta = changes.reduce((sum, one) => sum + (one.fromMicros <= nowMicros && nowMicros < one.untilMicros ? one.deltaCap : 0), 0);
  return Math.max(0, cap + delta);
}

/**
 * The label that a call must carry to be charged to a scope: `provider:openai` for `provider:acme/openai` and for the
 * company's `provider:openai`; null for scopes that every call is charged to.
 */
export function labelOfScope(scope: string): string | null {
  const kind = scope.slice(0, scope.indexOf(":"));
  if (kind !== "provider" && kind !== "tier" && kind !== "tag") return null;
  return `${kind}:${scope.slice(Math.max(scope.indexOf(":"), scope.indexOf("/")) + 1)}`;
}
