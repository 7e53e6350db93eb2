import { type JournalEntry, JournalFold, type LedgerSnapshot, type LedgerStore, StoreCheck, type StorePicture } from "@leverframe/budget";
import { systemClock } from "@leverframe/nest";
import type { Installation } from "../installation";
import { forEachEntry } from "./journal";

export interface CheckedStore {
  readonly picture: StorePicture;
  /** The journal up to the picture. */
  readonly journal: JournalFold;
  /** … and to its end, where that was asked for. */
  readonly whole: JournalFold | null;
  readonly findings: readonly string[];
}

/** More than a relay ever leaves behind. */
const OUTBOX_ENTRIES_MAX = 1_000_000;

/**
 * Compares the store with the journal while both may go on. The order is what makes it exact: first the store's balances
 * between two looks at its sequence, then the outbox, then the log; an entry that left the outbox before it was read is
 * on the log by then, so none of those before the second look is missed.
 */
export async function checkStore(installation: Installation, ledger: LedgerStore, opening: LedgerSnapshot | null, toItsEnd = false): Promise<CheckedStore> {
  const picture = await pictureOf(ledger);
  const check = new StoreCheck(picture, opening);
  const whole = toItsEnd ? new JournalFold(opening) : null;
  await forEachWritten(installation, ledger, (entry) => {
    check.add(entry);
    whole?.add(entry);
  });
  const findings = check.findings(await ledger.position(), systemClock.nowMicros());
  return { picture, journal: check.fold, whole, findings };
}

async function forEachWritten(installation: Installation, ledger: LedgerStore, visit: (entry: JournalEntry) => void): Promise<void> {
  (await ledger.outbox.read(OUTBOX_ENTRIES_MAX)).forEach(visit);
  await forEachEntry(installation, visit);
}

async function pictureOf(ledger: LedgerStore): Promise<StorePicture> {
  const sequenceBefore = await ledger.position();
  const [balances, uncleared, overrides] = [await ledger.balances(), await ledger.uncleared(), await ledger.overrides()];
  return { sequenceBefore, sequenceAfter: await ledger.position(), balances, uncleared, overrides };
}
