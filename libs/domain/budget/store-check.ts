import { accountId } from "./account-key";
import { accountName, JournalFold } from "./journal-fold";
import type { AccountKey, Balance, JournalEntry, LedgerSnapshot, Override, Uncleared } from "./ledger-store";
import { journalFindings } from "./rebuild";

/**
 * What a store says of itself. Reading a large one takes a moment in which it goes on: the sequences before and after
 * tell which entries may or may not be in what was read; equal ones say that nothing moved.
 */
export interface StorePicture {
  readonly sequenceBefore: number;
  readonly sequenceAfter: number;
  readonly balances: readonly Balance[];
  readonly uncleared: Uncleared;
  readonly overrides: readonly Override[];
}

interface Amounts {
  readonly reserved: number;
  readonly settled: number;
}

const FINDINGS_MAX = 50;

/**
 * Proves that a store is what its journal says, while both go on: opening + Σ entries = balance for every account.
 * Entries come in any order and with copies. Those that the store wrote while it was read are held beside: each account
 * must stand where it stood before them, or where one of them left it. Entries after the picture are not looked at.
 */
export class StoreCheck {
  readonly #fold: JournalFold;
  readonly #picture: StorePicture;
  readonly #meanwhile = new Map<string, Amounts[]>();
  readonly #archivedMeanwhile = new Set<string>();
  readonly #unsure = new Set<number>();
  #highest = 0;

  constructor(picture: StorePicture, opening: LedgerSnapshot | null = null) {
    this.#picture = picture;
    this.#fold = new JournalFold(opening);
  }

  /** The journal up to the moment when the store was read. */
  get fold(): JournalFold {
    return this.#fold;
  }

  add(entry: JournalEntry): void {
    const { sequenceBefore, sequenceAfter } = this.#picture;
    this.#highest = Math.max(this.#highest, entry.sequence);
    if (entry.sequence > sequenceAfter) return;
    if (entry.sequence <= sequenceBefore) {
      this.#fold.add(entry);
      return;
    }
    this.#unsure.add(entry.sequence);
    for (const posting of entry.postings) {
      const id = accountId(posting);
      const left = { reserved: posting.reservedAfter, settled: posting.settledAfter };
      this.#meanwhile.set(id, [...(this.#meanwhile.get(id) ?? []), left]);
      if (entry.kind === "archived") this.#archivedMeanwhile.add(id);
    }
  }

  /**
   * One sentence for each way in which store and journal differ, or the journal with itself. `sequenceNow`: where the
   * store stands after the journal was read. `nowMicros`: overrides that are over may be forgotten.
   */
  findings(sequenceNow: number, nowMicros: number): readonly string[] {
    return [
      ...this.#endFindings(sequenceNow),
      ...journalFindings(this.#fold),
      ...this.#accountFindings(),
      ...this.#unclearedFindings(),
      ...this.#overrideFindings(nowMicros),
    ];
  }

  /** The journal must reach as far as the store: entries that were never written to the log are lost. */
  #endFindings(sequenceNow: number): string[] {
    const { sequenceBefore, sequenceAfter } = this.#picture;
    const missing = sequenceAfter - sequenceBefore - this.#unsure.size;
    const findings: string[] = [];
    if (this.#highest > sequenceNow) {
      findings.push(`the journal has entry ${this.#highest}, the store stands at ${sequenceNow}: it lost its newest entries and must be rebuilt`);
    }
    if (this.#fold.sequence < sequenceBefore) {
      findings.push(`the journal ends at entry ${this.#fold.sequence}, the store has written ${sequenceBefore}: it lost what is between`);
    }
    if (missing > 0) findings.push(`${missing} of the entries ${sequenceBefore + 1} to ${sequenceAfter} are missing`);
    return findings;
  }

  #accountFindings(): string[] {
    const findings: string[] = [];
    const seen = new Set<string>();
    for (const balance of this.#picture.balances) {
      seen.add(accountId(balance));
      const known = this.#fold.account(balance);
      const stands = known ?? { reserved: 0, settled: 0 };
      const possible = [stands, ...(this.#meanwhile.get(accountId(balance)) ?? [])];
      if (possible.some(({ reserved, settled }) => reserved === balance.reserved && settled === balance.settled)) continue;
      findings.push(
        `${accountName(balance)} has ${balance.reserved} reserved and ${balance.settled} settled, ` +
          `the journal adds up to ${stands.reserved} and ${stands.settled}`,
      );
    }
    for (const sum of this.#fold.accounts) {
      const isGone = sum.isArchived || this.#archivedMeanwhile.has(accountId(sum));
      if (!seen.has(accountId(sum)) && !isGone) findings.push(`${accountName(sum)} is in the journal and has no balance`);
    }
    return findings.length > FINDINGS_MAX ? [...findings.slice(0, FINDINGS_MAX), `… and ${findings.length - FINDINGS_MAX} further accounts`] : findings;
  }

  /** Only where nothing moved meanwhile can the counts be compared. */
  #unclearedFindings(): string[] {
    const { sequenceBefore, sequenceAfter, uncleared } = this.#picture;
    const open = this.#fold.reservations.count;
    if (sequenceBefore !== sequenceAfter || open === uncleared.count) return [];
    return [`the store has ${uncleared.count} uncleared reservations, the journal ${open}`];
  }

  #overrideFindings(nowMicros: number): string[] {
    const journal = new Map(this.#fold.overrides.map((override) => [override.overrideId, override]));
    const store = new Map(this.#picture.overrides.map((override) => [override.overrideId, override]));
    const meanwhile = this.#picture.sequenceAfter > this.#picture.sequenceBefore;
    return [
      ...[...store.values()].flatMap((override) => {
        const written = journal.get(override.overrideId);
        if (!written) return meanwhile ? [] : [`override \`${override.overrideId}\` of ${accountName(override)} is not in the journal`];
        return isSame(written, override) ? [] : [`override \`${override.overrideId}\` of ${accountName(override)} is not the one in the journal`];
      }),
      ...[...journal.values()]
        .filter(({ overrideId, untilMicros }) => untilMicros > nowMicros && !store.has(overrideId))
        .map((override) => `override \`${override.overrideId}\` of ${accountName(override)} is in the journal and not in force`),
    ];
  }
}

const sameAccount = (a: AccountKey, b: AccountKey): boolean => accountId(a) === accountId(b);

function isSame(a: Override, b: Override): boolean {
  return sameAccount(a, b) && a.deltaCap === b.deltaCap && a.fromMicros === b.fromMicros && a.untilMicros === b.untilMicros && a.by === b.by;
}
