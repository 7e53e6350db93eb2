import type { AccountKey, Balance } from "./ledger-store";

/** Close an account whose time is over: its balance goes into the journal, and the account leaves the store. */
export interface Archive extends AccountKey {
  /** Null: at once. Else when nothing was charged to it for so long, by looks such as this one: the first notes what it finds. */
  readonly idleMicrosMin: number | null;
  readonly nowMicros: number;
}

export type ArchiveResult =
  /** `settled` is what it was closed with, in its unit. */
  | { readonly status: "archived"; readonly settled: number }
  /** `pending`: something is reserved, or a change of its cap is not over. `in_use`: it has not been idle for long enough. */
  | { readonly status: "unknown_account" | "pending" | "in_use" };

/** Accounts as a walk through all of them comes by; some may come twice. */
export interface AccountsPage {
  readonly accounts: readonly Balance[];
  /** Where the walk goes on; null: it is at its end. */
  readonly next: string | null;
}

/** How much a store holds now. */
export interface LedgerCounts {
  /** Lasting accounts. */
  readonly accounts: number;
  /** What is kept for a time: reservations with their calls, and answers; in Redis all keys of its database. */
  readonly records: number;
}
