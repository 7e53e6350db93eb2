import type { MicroUsd, NanoUsd } from "@leverframe/kernel";

/** An account that a reservation touches: a scope in a window, with the cap in force when it was reserved. */
export interface AccountRef {
  /** `tenant:acme`, `department:acme/sales`, … */
  readonly scope: string;
  /** `2026-11` for a month in the tenant's time zone; fixed at reserve. */
  readonly window: string;
  /** Null: counted, not capped. */
  readonly capMicroUsd: MicroUsd | null;
  /** A soft cap never refuses; it alerts. */
  readonly hard: boolean;
}

/**
 * How many requests one minute may take. A request counts when it is reserved and is never given back, so no money and no
 * posting of the journal hangs on it: the store keeps these counts beside the accounts and forgets those of past minutes.
 */
export interface RateRef {
  /** `route:acme/code` */
  readonly scope: string;
  /** `2026-11-21T08:15`, UTC; fixed at reserve. */
  readonly window: string;
  readonly requestsMax: number;
}

/** Reserve the first of `amounts` (dearest plan first) that fits every hard cap, in one atomic step. */
export interface Reserve {
  readonly reservationId: string;
  readonly requestId: string;
  readonly tenant: string;
  readonly amountsMicroUsd: readonly MicroUsd[];
  readonly accounts: readonly AccountRef[];
  /** Asked before the caps: what is above a rate is refused whatever it costs. Without it: no limit. */
  readonly rates?: readonly RateRef[];
  readonly deadlineAtMicros: number;
  readonly nowMicros: number;
}

/** The outcome is kept by reservation id, refusals too: the same id gets the same outcome again (`repeated`). */
export type ReserveResult =
  | { readonly status: "created"; readonly option: number; readonly amountMicroUsd: MicroUsd; readonly repeated: boolean }
  | { readonly status: "exceeds_cap"; readonly scope: string; readonly availableMicroUsd: MicroUsd; readonly repeated: boolean }
  | (RateRef & { readonly status: "exceeds_rate"; readonly repeated: boolean })
  | { readonly status: "deadline_exceeded"; readonly repeated: boolean }
  /**
   * The id holds another list of amounts (a catalog changed between two deliveries). `amountMicroUsd` is what it holds,
   * null when it was refused: a plan that costs no more is covered by it.
   */
  | { readonly status: "exists_with_different_amount"; readonly amountMicroUsd: MicroUsd | null };

export interface Release {
  readonly reservationId: string;
  readonly nowMicros: number;
}

/** Calls still in flight keep their worst case reserved; it leaves the accounts when they are finished. */
export type ReleaseResult =
  | { readonly status: "released"; readonly freedMicroUsd: MicroUsd }
  | { readonly status: "already_released" | "unknown_reservation" };

export interface Balance {
  readonly scope: string;
  readonly window: string;
  readonly capMicroUsd: MicroUsd | null;
  readonly reservedMicroUsd: MicroUsd;
  readonly settledMicroUsd: MicroUsd;
}

export interface JournalPosting {
  readonly scope: string;
  readonly window: string;
  readonly reservedDeltaMicroUsd: MicroUsd;
  readonly settledDeltaMicroUsd: MicroUsd;
  readonly reservedAfterMicroUsd: MicroUsd;
  readonly settledAfterMicroUsd: MicroUsd;
}

/** One line of the journal, written in the same atomic step as the balances it explains. */
export interface JournalEntry {
  readonly entryId: string;
  readonly sequence: number;
  readonly kind: "reserved" | "refused" | "settled" | "released";
  readonly reservationId: string;
  readonly attemptId: string | null;
  readonly requestId: string;
  readonly tenant: string;
  readonly amountMicroUsd: MicroUsd;
  readonly costNanoUsd: NanoUsd;
  readonly status: string;
  readonly postings: readonly JournalPosting[];
  readonly atMicros: number;
}

/**
 * Entries that are not yet on the log, oldest first; removed once acknowledged. Several relays may run at once: an
 * entry may then leave twice, with the same `entryId`. A relay acknowledges through the handle that it read with.
 */
export interface Outbox {
  read(countMax: number): Promise<readonly JournalEntry[]>;
  acknowledge(entryIds: readonly string[]): Promise<void>;
}

/** Reservations that still hold money; the age of the oldest tells of calls whose end nobody saw. */
export interface Uncleared {
  readonly count: number;
  readonly oldestReservedAtMicros: number | null;
}

/**
 * Every method throws `bad_input` on a command that is none, and `unavailable` when the store cannot be reached or
 * lost data; repeating a command after an error is safe.
 */
export interface LedgerStore {
  reserve(command: Reserve): Promise<ReserveResult>;
  release(command: Release): Promise<ReleaseResult>;
  balances(scopePrefix?: string): Promise<readonly Balance[]>;
  uncleared(): Promise<Uncleared>;
  readonly outbox: Outbox;
}

/** Keeps the first answer to each request (I4): a second, different one never leaves. Kept for `keepHours`. */
export interface AnswerRegister {
  keep(requestId: string, answer: Uint8Array): Promise<Uint8Array>;
}
