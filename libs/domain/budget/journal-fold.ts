import { accountId } from "./account-key";
import type { AccountKey, JournalEntry, JournalPosting, LedgerSnapshot, Override } from "./ledger-store";
import { OpenReservations } from "./open-reservations";
import { type Gap, SequenceMarks } from "./sequence-marks";

/** What the entries so far come to on one account. */
export interface AccountSum extends AccountKey {
  reserved: number;
  settled: number;
  /** The latest posting that was seen, and what it says the account then stood at. */
  lastSequence: number;
  reservedAfter: number;
  settledAfter: number;
  /** That posting closed it: the store has it no more. */
  isArchived: boolean;
  /** Of the latest reservation: the cap that it was granted under, overrides included, and when. */
  capSequence: number;
  capInForce: number | null;
  capAtMicros: number;
  /** Every amount that a posting leaves, less every amount that one finds: see `followsThrough`. */
  chain: number;
  chain2: number;
  /** What the account opened with. */
  readonly opening: { readonly reserved: number; readonly settled: number };
}

const CONFLICTS_MAX = 20;

/**
 * Adds a journal up, entry by entry, in any order and with copies, as it comes off a log of many partitions. What it
 * holds is four bytes for each entry, the accounts, and the reservations that are not cleared: not the journal. With
 * an opening (an earlier snapshot) entries up to its sequence are taken as counted.
 */
export class JournalFold {
  readonly #marks: SequenceMarks;
  readonly #accounts = new Map<string, AccountSum>();
  readonly #overrides = new Map<string, Override>();
  readonly #placedAt = new Map<string, number>();
  readonly #reservations: OpenReservations;
  readonly #findings: string[] = [];
  #entries = 0;
  #latestAtMicros = 0;

  constructor(opening: LedgerSnapshot | null = null) {
    this.#marks = new SequenceMarks(opening?.sequence ?? 0);
    this.#reservations = new OpenReservations(opening?.reservations ?? []);
    for (const { reserved, settled, cap, ...key } of opening?.balances ?? []) {
      const sum = newSum(key, { reserved, settled });
      // The snapshot's cap is the declared one, without overrides.
      sum.capInForce = cap;
      this.#accounts.set(accountId(key), sum);
    }
    for (const override of opening?.overrides ?? []) this.#overrides.set(override.overrideId, override);
  }

  /** False when it was counted before. */
  add(entry: JournalEntry): boolean {
    const { sequence, entryId } = entry;
    const mark = this.#marks.mark(sequence, entryId);
    if (mark === "conflict") this.#found(`two entries have sequence ${sequence}, one of them is \`${entryId}\`: the journal forked there`);
    if (mark !== "new") return false;
    this.#entries += 1;
    this.#latestAtMicros = Math.max(this.#latestAtMicros, entry.atMicros);
    for (const posting of entry.postings) this.#post(entry, posting);
    this.#reservations.add(entry);
    if (entry.override) {
      this.#overrides.set(entry.override.overrideId, entry.override);
      this.#placedAt.set(entry.override.overrideId, sequence);
    }
    return true;
  }

  /** Entries counted, copies and the opening left out. */
  get entries(): number {
    return this.#entries;
  }

  /** The highest sequence seen. */
  get sequence(): number {
    return this.#marks.last;
  }

  get latestAtMicros(): number {
    return this.#latestAtMicros;
  }

  get accounts(): readonly AccountSum[] {
    return [...this.#accounts.values()];
  }

  account(key: AccountKey): AccountSum | undefined {
    return this.#accounts.get(accountId(key));
  }

  get overrides(): readonly Override[] {
    return [...this.#overrides.values()];
  }

  /** After which entry an override counts; 0 for one of the opening. */
  placedAt(overrideId: string): number {
    return this.#placedAt.get(overrideId) ?? 0;
  }

  get reservations(): OpenReservations {
    return this.#reservations;
  }

  /** Entries that a single look found wrong: they contradict another, or themselves. */
  get findings(): readonly string[] {
    return this.#findings;
  }

  gaps(max: number): readonly Gap[] {
    return this.#marks.gaps(max);
  }

  #post(entry: JournalEntry, posting: JournalPosting): void {
    const { reservedDelta, settledDelta, reservedAfter, settledAfter, cap } = posting;
    const key = accountId(posting);
    let sum = this.#accounts.get(key);
    if (!sum) {
      sum = newSum({ scope: posting.scope, window: posting.window, unit: posting.unit }, { reserved: 0, settled: 0 });
      this.#accounts.set(key, sum);
    }
    sum.reserved += reservedDelta;
    sum.settled += settledDelta;
    link(sum, reservedAfter - reservedDelta, settledAfter - settledDelta, reservedAfter, settledAfter);
    if (entry.sequence > sum.lastSequence) {
      sum.lastSequence = entry.sequence;
      sum.reservedAfter = reservedAfter;
      sum.settledAfter = settledAfter;
      sum.isArchived = entry.kind === "archived";
    }
    if (entry.kind === "reserved" && entry.sequence > sum.capSequence) {
      sum.capSequence = entry.sequence;
      sum.capInForce = cap;
      sum.capAtMicros = entry.atMicros;
    }
    if (reservedAfter < 0 || settledAfter < 0) this.#found(`entry \`${entry.entryId}\` takes ${accountName(posting)} below zero`);
  }

  #found(finding: string): void {
    if (this.#findings.length < CONFLICTS_MAX) this.#findings.push(finding);
  }
}

/**
 * Whether the postings of an account, in some order, each begin where another ended: from the opening to the sum. It is
 * the sum of a hash over all ends less that over all beginnings, which needs no order and no memory; two hashes of 32
 * bits, so a break goes unnoticed once in 10^19.
 */
export function followsThrough(sum: AccountSum): boolean {
  const { opening } = sum;
  const chain = (hash(sum.reserved, sum.settled, SEED) - hash(opening.reserved, opening.settled, SEED)) | 0;
  const chain2 = (hash(sum.reserved, sum.settled, SEED2) - hash(opening.reserved, opening.settled, SEED2)) | 0;
  return sum.chain === chain && sum.chain2 === chain2;
}

/** `tenant:acme 2026-11`, with the unit where it is not dollars. */
export function accountName({ scope, window, unit }: AccountKey): string {
  return unit === "usd" ? `\`${scope} ${window}\`` : `\`${scope} ${window} ${unit}\``;
}

const SEED = 0x2545f491;
const SEED2 = 0x5bd1e995;

function link(sum: AccountSum, reservedBefore: number, settledBefore: number, reserved: number, settled: number): void {
  sum.chain = (sum.chain + hash(reserved, settled, SEED) - hash(reservedBefore, settledBefore, SEED)) | 0;
  sum.chain2 = (sum.chain2 + hash(reserved, settled, SEED2) - hash(reservedBefore, settledBefore, SEED2)) | 0;
}

/** Mixes two whole numbers below 2^53, as murmur3's finalizer mixes words. */
function hash(a: number, b: number, seed: number): number {
  let mixed = seed;
  for (const word of [a | 0, (a / 0x1_0000_0000) | 0, b | 0, (b / 0x1_0000_0000) | 0]) {
    mixed = Math.imul(mixed ^ word, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed;
}

function newSum(key: AccountKey, opening: { readonly reserved: number; readonly settled: number }): AccountSum {
  const { reserved, settled } = opening;
  const nothing = { lastSequence: 0, reservedAfter: reserved, settledAfter: settled, isArchived: false };
  return { ...key, reserved, settled, ...nothing, capSequence: 0, capInForce: null, capAtMicros: 0, chain: 0, chain2: 0, opening };
}
