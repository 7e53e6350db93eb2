import type { MicroUsd } from "@leverframe/kernel";
import type { AccountKey, Balance, ChargeBasis, JournalEntry, Override, Unit } from "./ledger-store";

/** What `reserve` answered the first time; kept with the reservation so that a repetition gets the same. */
export type ReserveOutcome =
  | { readonly status: "created"; readonly option: number; readonly amountMicroUsd: MicroUsd; readonly chain?: string }
  | (AccountKey & { readonly status: "exceeds_cap"; readonly available: number })
  | (AccountKey & { readonly status: "exceeds_rate"; readonly cap: number })
  | { readonly status: "deadline_exceeded" };

export interface ReservedAccount extends AccountKey {
  readonly only: string | null;
}

/**
 * What the accounts of one unit and label share of a reservation. `open` is what it still holds in `reserved` of each
 * of them, `inFlight` (≤ open) the part that calls under way may still cost. At every moment the amount that was
 * reserved is settled + open + freed.
 */
export interface OpenLine {
  readonly unit: Unit;
  readonly only: string | null;
  readonly open: number;
  readonly inFlight: number;
}

export interface ReservationState {
  readonly reservationId: string;
  readonly requestId: string;
  readonly tenant: string;
  /** The amounts asked for, joined: tells a repetition from a different command under the same id. */
  readonly amountsAsked: string;
  readonly outcome: ReserveOutcome;
  /** Those that are kept: a cap on one reservation is no account. */
  readonly accounts: readonly ReservedAccount[];
  /** The first is of the dollars of every call. Requests are settled when they are reserved, so no line is of them. */
  readonly lines: readonly OpenLine[];
  readonly released: boolean;
  /** Brought back by a rebuild, which cannot know its calls: any call may be finished. */
  readonly restored: boolean;
  readonly reservedAtMicros: number;
}

export interface Charge {
  readonly microUsd: MicroUsd;
  readonly tokens: number;
  readonly basis: ChargeBasis;
}

/** One provider call, known within its reservation; `outcome` and `charge` are null while it is in flight. */
export interface AttemptState {
  readonly attemptId: string;
  readonly reservationId: string;
  readonly worstCaseMicroUsd: MicroUsd;
  readonly worstCaseTokens: number;
  readonly labels: readonly string[];
  readonly owner: string;
  readonly beganAtMicros: number;
  readonly outcome: Uint8Array | null;
  readonly charge: Charge | null;
}

/** What a decision may look at. Reads of one decision and the writes of its change are one atomic step. */
export interface LedgerView {
  reservation(reservationId: string): ReservationState | undefined;
  attempt(reservationId: string, attemptId: string): AttemptState | undefined;
  /** Of lasting accounts and of minutes. */
  balance(account: AccountKey): Balance | undefined;
  override(overrideId: string): Override | undefined;
  idleMark(account: AccountKey): IdleMark | undefined;
}

/** What an account without an end stood at when it was first seen so, and when that was. */
export interface IdleMark {
  readonly settled: number;
  readonly sinceMicros: number;
}

/** A journal entry before the store gives it its place. */
export type EntryDraft = Omit<JournalEntry, "sequence">;

/** A decision: what the caller is told, and what is written. A part that is left out stays as it is. */
export interface Change<Result> {
  readonly result: Result;
  readonly reservation?: ReservationState;
  readonly attempt?: AttemptState;
  readonly balances?: readonly Balance[];
  readonly override?: Override;
  /** The mark that the account has from now on; null: none. */
  readonly idleMark?: { readonly account: AccountKey; readonly mark: IdleMark | null };
  /** Leaves the store. */
  readonly closed?: AccountKey;
  readonly entry?: EntryDraft;
}

/** Nothing more can move under it: what is kept of it may be forgotten once its redeliveries are over. */
export function isClosed({ outcome, released, lines }: ReservationState): boolean {
  return outcome.status !== "created" || (released && lines.every(({ open }) => open === 0));
}

export function openMicroUsd({ lines }: ReservationState): MicroUsd {
  return lines[0]?.open ?? 0;
}

export function inFlightMicroUsd({ lines }: ReservationState): MicroUsd {
  return lines[0]?.inFlight ?? 0;
}
