import type { BudgetOverride, LedgerEntry, Posting } from "@leverframe/events";
import type { JournalEntry, JournalPosting, Override, Unit } from "./ledger-store";

/** An entry as it travels on `ledger-entries`. */
export function eventOfEntry(entry: JournalEntry): LedgerEntry {
  const { postings, override, atMicros, ...same } = entry;
  return { ...same, postings: postings.map(eventOfPosting), override: override && eventOfOverride(override), at: atMicros };
}

/** The inverse: what the journal's topic holds, as the ledger wrote it. */
export function entryOfEvent(event: LedgerEntry): JournalEntry {
  const { postings, override, at, kind, ...same } = event;
  return {
    ...same,
    kind: kind as JournalEntry["kind"],
    postings: postings.map(postingOfEvent),
    override: override && overrideOfEvent(override),
    atMicros: at,
  };
}

function eventOfPosting({ scope, window, unit, reservedDelta, settledDelta, reservedAfter, settledAfter, cap }: JournalPosting): Posting {
  return {
    scope,
    window,
    reservedDeltaMicroUsd: reservedDelta,
    settledDeltaMicroUsd: settledDelta,
    reservedAfterMicroUsd: reservedAfter,
    settledAfterMicroUsd: settledAfter,
    unit,
    cap,
  };
}

function postingOfEvent({ scope, window, unit, cap, ...amounts }: Posting): JournalPosting {
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

function eventOfOverride({ fromMicros, untilMicros, ...same }: Override): BudgetOverride {
  return { ...same, fromAt: fromMicros, untilAt: untilMicros };
}

function overrideOfEvent({ fromAt, untilAt, unit, ...same }: BudgetOverride): Override {
  return { ...same, unit: unit as Unit, fromMicros: fromAt, untilMicros: untilAt };
}
