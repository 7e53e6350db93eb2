import type { MicroUsd, NanoUsd } from "@leverframe/kernel";
import type { AccountsPage, Archive, ArchiveResult, LedgerCounts } from "./archive-terms";

/** What an account counts: whole micro-dollars, tokens, or requests. Amounts of an account are in its unit. */
export type Unit = "usd" | "tokens" | "requests";

/** A scope in a window, counted in one unit. */
export interface AccountKey {
  /** `tenant:acme`, `department:acme/sales`, `provider:acme/openai`, … */
  readonly scope: string;
  /**
   * `2026-11` for a month in the tenant's time zone; fixed at reserve. Two windows are no lasting accounts: a minute
   * (`2026-11-21T08:15`, a rate: forgotten when it is long past, and not in the journal) and `request` (a cap on one
   * reservation: compared, never kept).
   */
  readonly window: string;
  readonly unit: Unit;
}

/** An account that a reservation touches, with the cap that policies declare at that moment. */
export interface AccountRef extends AccountKey {
  /** Null: every call is charged to it. Else only calls that carry this label: `provider:openai`, `tier:premium`, `tag:eu`. */
  readonly only: string | null;
  /** Null: counted, not capped. Overrides in force come on top. */
  readonly cap: number | null;
  /** A soft cap never refuses; it alerts. */
  readonly hard: boolean;
}

/** What the accounts of one unit and label take, for each option. */
export interface AmountLine {
  readonly unit: Unit;
  readonly only: string | null;
  readonly amounts: readonly number[];
}

/** Reserve the first option (most wanted first) that fits every hard cap, in one atomic step. A refusal is about the last. */
export interface Reserve {
  readonly reservationId: string;
  readonly requestId: string;
  readonly tenant: string;
  /** Of each option: what accounts in dollars without a label take. */
  readonly amountsMicroUsd: readonly MicroUsd[];
  /** What all other accounts take; every account needs the line of its unit and label. */
  readonly lines?: readonly AmountLine[];
  /** In the order in which they are asked; a refusal names the first that is short. Minutes are all of one minute. */
  readonly accounts: readonly AccountRef[];
  /** What the options are made of, in the caller's words: told to whoever asks again under this id, for other things. */
  readonly chain?: string;
  readonly deadlineAtMicros: number;
  readonly nowMicros: number;
}

/** The outcome is kept by reservation id, refusals too: the same id gets the same outcome again (`repeated`). */
export type ReserveResult =
  | { readonly status: "created"; readonly option: number; readonly amountMicroUsd: MicroUsd; readonly chain?: string; readonly repeated: boolean }
  /** `available` is what is left of that account, in its unit. */
  | (AccountKey & { readonly status: "exceeds_cap"; readonly available: number; readonly repeated: boolean })
  /** A minute is full; `cap` is what it may take. */
  | (AccountKey & { readonly status: "exceeds_rate"; readonly cap: number; readonly repeated: boolean })
  | { readonly status: "deadline_exceeded"; readonly repeated: boolean }
  /**
   * The id holds another list of amounts (health moved, or a catalog changed, between two deliveries). `amountMicroUsd` is
   * what it holds, null when it was refused, for the `chain` that was asked for first.
   */
  | { readonly status: "exists_with_different_amount"; readonly amountMicroUsd: MicroUsd | null; readonly chain?: string };

export interface Release {
  readonly reservationId: string;
  readonly nowMicros: number;
  /** All its calls are settled, or there were none: needed of one that a rebuild brought back, since the ledger cannot know. */
  readonly callsKnown?: boolean;
}

/** Calls still in flight keep their worst case reserved; it leaves the accounts when they are finished. */
export type ReleaseResult =
  | { readonly status: "released"; readonly freedMicroUsd: MicroUsd }
  /** `calls_unknown`: brought back by a rebuild. Finish what calls are known of, and say that they are all. */
  | { readonly status: "already_released" | "unknown_reservation" | "calls_unknown" };

/** What a finished call is charged by: the provider's own count, a worst case for want of one, nobody saw its end, or it was broken off. */
export type ChargeBasis = "usage" | "estimated" | "unseen" | "cancelled";

/** The provider's count of a call that was charged by anything else, come late. Corrects the charge downwards, once. */
export interface LateSettle {
  readonly attemptId: string;
  readonly reservationId: string;
  readonly chargeMicroUsd: MicroUsd;
  /** Absent: what was charged. */
  readonly chargeTokens?: number;
  readonly costNanoUsd: NanoUsd;
  readonly nowMicros: number;
}

export type LateSettleResult =
  | { readonly status: "late_settled"; readonly freedMicroUsd: MicroUsd }
  /**
   * `already_settled`: by the provider's count. `in_flight`: finish it instead. `exceeds_charge`: more than was charged.
   * `account_archived`: all accounts that it was charged to are closed; where some are, the others are corrected.
   */
  | { readonly status: "already_settled" | "in_flight" | "unknown_attempt" | "exceeds_charge" | "account_archived" };

/** A change of one account's cap for a time: who, why, from when until when. A negative one takes away. */
export interface Override extends AccountKey {
  readonly overrideId: string;
  readonly tenant: string;
  /** In the account's unit. */
  readonly deltaCap: number;
  readonly by: string;
  readonly reason: string;
  readonly fromMicros: number;
  /** Not in force at this moment any more. */
  readonly untilMicros: number;
}

export interface PlaceOverride extends Override {
  /** What policies declare, by the account book; null: take what the latest reserve brought. */
  readonly declaredCap: number | null;
  readonly nowMicros: number;
}

export type OverrideResult =
  /** `cap` is what is in force at `nowMicros`, in the account's unit. `exists`: the same override is there already. */
  | { readonly status: "created" | "exists"; readonly cap: number }
  /** The id holds another change. `expired_window`: it would never be in force. `unknown_scope`: no cap to change. */
  | { readonly status: "exists_with_different_amount" | "expired_window" | "unknown_scope" | "too_many_overrides" };

/** A part of `Override` that stands with the account. */
export interface CapChange {
  readonly overrideId: string;
  readonly deltaCap: number;
  readonly fromMicros: number;
  readonly untilMicros: number;
}

export interface Balance extends AccountKey {
  /** As declared at the latest reserve; `capInForce` adds the changes. Null: counted only. */
  readonly cap: number | null;
  readonly reserved: number;
  readonly settled: number;
  /** By override id. Those over do not count, and leave when the next one is placed. */
  readonly changes: readonly CapChange[];
}

export interface JournalPosting extends AccountKey {
  readonly reservedDelta: number;
  readonly settledDelta: number;
  readonly reservedAfter: number;
  readonly settledAfter: number;
  /** In force at that moment, overrides included; so that the journal alone shows that no reservation broke it. */
  readonly cap: number | null;
}

/** One line of the journal, written in the same atomic step as the balances it explains. */
export interface JournalEntry {
  readonly entryId: string;
  readonly sequence: number;
  readonly kind: "reserved" | "refused" | "settled" | "released" | "late_settled" | "override" | "archived";
  /** Of an override: its id, here and as request id; of an archived account: the account and the time. */
  readonly reservationId: string;
  readonly attemptId: string | null;
  readonly requestId: string;
  readonly tenant: string;
  /** Reserved, refused, charged, freed, or (`late_settled`) given back; what an archived account in dollars had settled; nothing for an override. */
  readonly amountMicroUsd: MicroUsd;
  /** Of a call: what it cost by what is known now. */
  readonly costNanoUsd: NanoUsd;
  /** Why, by name: `created`, `exceeds_cap`, …; of a settlement its basis (`finished` for the provider's count). */
  readonly status: string;
  readonly postings: readonly JournalPosting[];
  readonly override: Override | null;
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

export interface UnclearedAttempt {
  readonly attemptId: string;
  readonly status: "in_flight" | "finished";
  readonly worstCaseMicroUsd: MicroUsd;
  readonly worstCaseTokens: number;
  readonly owner: string;
  readonly beganAtMicros: number;
  /** Null while in flight. */
  readonly chargeMicroUsd: MicroUsd | null;
  readonly basis: ChargeBasis | null;
}

/** Somebody must end it: finish its calls in flight (at their worst case, if need be), then release it. */
export interface UnclearedReservation {
  readonly reservationId: string;
  readonly requestId: string;
  readonly tenant: string;
  readonly reservedAtMicros: number;
  readonly openMicroUsd: MicroUsd;
  readonly inFlightMicroUsd: MicroUsd;
  readonly released: boolean;
  /** Brought back by a rebuild: it may have had calls that are not among these. */
  readonly restored: boolean;
  readonly attempts: readonly UnclearedAttempt[];
}

/** A reservation as the journal knows it: its calls are unknown, so any call of it may be finished, begun here or not. */
export interface RestoredReservation {
  readonly reservationId: string;
  readonly requestId: string;
  readonly tenant: string;
  readonly reservedAtMicros: number;
  readonly released: boolean;
  /** What it still holds in `reserved` of each account. */
  readonly accounts: readonly (AccountKey & { readonly open: number })[];
}

/**
 * What a rebuild puts in place of what the store holds. Reservations that the store holds open and the snapshot does not
 * name are closed; those that are closed, with their calls, and answers stay known for redeliveries. Name also the
 * reservations that were closed lately (released, nothing open), so that a redelivery does not reserve again.
 */
export interface LedgerSnapshot {
  /** Another than the one that was lost: handles of that one stay refused. */
  readonly epoch: string;
  /** Of the last journal entry that is in it. */
  readonly sequence: number;
  readonly balances: readonly Balance[];
  readonly reservations: readonly RestoredReservation[];
  readonly overrides: readonly Override[];
}

export type RestoreResult =
  | { readonly status: "restored" }
  /** The store has written further entries: the snapshot would take them back. */
  | { readonly status: "behind"; readonly sequence: number }
  | { readonly status: "same_epoch" };

/**
 * Every method throws `bad_input` on a command that is none, and `unavailable` when the store cannot be reached or
 * lost data; repeating a command after an error is safe.
 */
export interface LedgerStore {
  reserve(command: Reserve): Promise<ReserveResult>;
  release(command: Release): Promise<ReleaseResult>;
  settleLate(command: LateSettle): Promise<LateSettleResult>;
  override(command: PlaceOverride): Promise<OverrideResult>;
  /** All that were ever placed, by id: those over and those to come too. */
  overrides(): Promise<readonly Override[]>;
  /** Every lasting account below a prefix of scopes: walks through all of them. */
  balances(scopePrefix?: string): Promise<readonly Balance[]>;
  /** One for each key, in order; an account that nobody touched is at zero. */
  balancesOf(accounts: readonly AccountKey[]): Promise<readonly Balance[]>;
  /** About so many accounts at a time, in no order, from the beginning (null) or where a page before says. */
  accountsFrom(cursor: string | null, countMax: number): Promise<AccountsPage>;
  archive(command: Archive): Promise<ArchiveResult>;
  counts(): Promise<LedgerCounts>;
  uncleared(): Promise<Uncleared>;
  /** Those reserved before this moment, oldest first. */
  unclearedReservations(reservedBeforeMicros: number, countMax: number): Promise<readonly UnclearedReservation[]>;
  /** Sequence of the last entry that was written; 0: none yet. */
  position(): Promise<number>;
  /** All or nothing, in one atomic step. The outbox stays: what is in it has not left yet. */
  restore(snapshot: LedgerSnapshot): Promise<RestoreResult>;
  readonly outbox: Outbox;
}

/** Keeps the first answer to each request (I4): a second, different one never leaves. Kept for `keepHours`. */
export interface AnswerRegister {
  keep(requestId: string, answer: Uint8Array): Promise<Uint8Array>;
}
