import type { BudgetOverride, LedgerEntry, Posting } from "@leverframe/events";
import type { JournalEntry, JournalPosting, Override, Unit } from "./ledger-store";

/** A journal entry as it travels on the log. */
export function ledgerEntryOf({ atMicros, postings, override, ...entry }: JournalEntry): LedgerEntry {
  return { ...entry, postings: postings.map(eventPosting), override: override && eventOverride(override), at: atMicros };
}

/** … and back: what a rebuild reads. */
export function journalEntryOf({ at, postings, override, kind, ...entry }: LedgerEntry): JournalEntry {
  return {
    ...entry,
    kind: kind as JournalEntry["kind"],
    postings: postings.map(journalPosting),
    override: override && journalOverride(override),
    atMicros: at,
  };
}

function eventPosting({ scope, window, unit, cap, ...amounts }: JournalPosting): Posting {
  return {
    scope,
    window,
    reservedDeltaMicroUsd: amounts.reservedDelta,
    settledDeltaMicroUsd: amounts.settledDelta,
    reservedAfterMicroUsd: amounts.reservedAfter,
    settledAfterMicroUsd: amounts.settledAfter,
    unit,
    cap,
  };
}

function journalPosting({ scope, window, unit, cap, ...amounts }: Posting): JournalPosting {
  return {
    scope,
    window,
    unit: unit as Unit,
    reservedDelta: amounts.reservedDeltaMicroUsd,
    settledDelta: amounts.settledDeltaMicroUsd,
    reservedAfter: amounts.reservedAfterMicroUsd,
    settledAfter: amounts.settledAfterMicroUsd,
    cap,
  };
}

function eventOverride({ fromMicros, untilMicros, ...override }: Override): BudgetOverride {
  return { ...override, fromAt: fromMicros, untilAt: untilMicros };
}

function journalOverride({ fromAt, untilAt, unit, ...override }: BudgetOverride): Override {
  return { ...override, unit: unit as Unit, fromMicros: fromAt, untilMicros: untilAt };
}
