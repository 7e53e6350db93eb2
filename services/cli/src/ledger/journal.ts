import { type JournalEntry, journalEntryOf } from "@leverframe/budget";
import type { LedgerEntry } from "@leverframe/events";
import { ephemeralGroup, type Installation } from "../installation";
import { readToEnd } from "../topics/read-to-end";

/** Visits every entry that the journal's topic holds at the time of the call, in the order of the log: no order of the journal's, and with copies. */
export function forEachEntry({ log, codec, names }: Installation, visit: (entry: JournalEntry) => void): Promise<void> {
  return readToEnd({
    log,
    topic: names.name("ledger-entries"),
    groupId: ephemeralGroup(names, "ledger"),
    visit: ({ value }) => {
      if (value === null) return undefined;
      const take = (event: LedgerEntry): void => visit(journalEntryOf(event));
      const event = codec.decode("ledger-entry", value);
      // A promise for every entry would cost more than the entry.
      return event instanceof Promise ? event.then(take) : take(event);
    },
  });
}
