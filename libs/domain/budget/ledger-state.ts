import type { MicroUsd } from "@leverframe/kernel";
import type { Balance, JournalEntry, RateRef } from "./ledger-store";

/** What `reserve` answered the first time; kept with the reservation so that a repetition gets the same. */
export type ReserveOutcome =
  | { readonly status: "created"; readonly option: number; readonly amountMicroUsd: MicroUsd }
  | { readonly status: "exceeds_cap"; readonly scope: string; readonly availableMicroUsd: MicroUsd }
  | (RateRef & { readonly status: "exceeds_rate" })
  | { readonly status: "deadline_exceeded" };

export interface AccountKey {
  readonly scope: string;
  readonly window: string;
}

/**
 * One reservation. Its amount is at every moment settled + open + freed; `openMicroUsd` is what it still holds in
 * `reserved` of each of its accounts, and `inFlightMicroUsd` (≤ open) is the part that calls under way may still cost.
 */
export interface ReservationState {
  readonly reservationId: string;
  readonly requestId: string;
  readonly tenant: string;
  /** The amounts asked for, joined: tells a repetition from a different command under the same id. */
  readonly amountsAsked: string;
  readonly outcome: ReserveOutcome;
  readonly accounts: readonly AccountKey[];
  readonly openMicroUsd: MicroUsd;
  readonly inFlightMicroUsd: MicroUsd;
  readonly released: boolean;
  readonly reservedAtMicros: number;
}

/** One provider call, known within its reservation; `outcome` is null while it is in flight. */
export interface AttemptState {
  readonly attemptId: string;
  readonly reservationId: string;
  readonly worstCaseMicroUsd: MicroUsd;
  readonly owner: string;
  readonly beganAtMicros: number;
  readonly outcome: Uint8Array | null;
}

/** Requests reserved in one minute under one scope. */
export interface RateCount extends AccountKey {
  readonly requests: number;
}

/** What a decision may look at. Reads of one decision and the writes of its change are one atomic step. */
export interface LedgerView {
  reservation(reservationId: string): ReservationState | undefined;
  attempt(reservationId: string, attemptId: string): AttemptState | undefined;
  balance(scope: string, window: string): Balance | undefined;
  /** Zero where nothing was counted. */
  requests(scope: string, window: string): number;
}

/** A journal entry before the store gives it its place. */
export type EntryDraft = Omit<JournalEntry, "sequence">;

/** A decision: what the caller is told, and what is written. A part that is left out stays as it is. */
export interface Change<Result> {
  readonly result: Result;
  readonly reservation?: ReservationState;
  readonly attempt?: AttemptState;
  readonly balances?: readonly Balance[];
  readonly rates?: readonly RateCount[];
  readonly entry?: EntryDraft;
}

/** Nothing more can move under it: what is kept of it may be forgotten once its redeliveries are over. */
export function isClosed(reservation: ReservationState): boolean {
  return reservation.outcome.status !== "created" || (reservation.released && reservation.openMicroUsd === 0);
}
