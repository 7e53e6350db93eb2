import { kindOfWindow } from "@leverframe/budget";
import type { LedgerEntry, Posting } from "@leverframe/events";
import { isDeepStrictEqual } from "node:util";
import { type Evidence, type Violation, violationOf } from "./evidence";

const violation = violationOf("I3");

interface Sums {
  reserved: number;
  settled: number;
}

/**
 * I3, by replaying the journal: after each entry settled + reserved ≤ cap for every hard cap, balances are what the
 * entries add up to, no entry is missing, and no reservation settles more than it reserved. At rest nothing is reserved.
 */
export function journalViolations({ entries, capsMicroUsd }: Evidence): readonly Violation[] {
  const { journal, found } = distinct(entries);
  const accounts = new Map<string, Sums>();
  const raised = new Map<string, number>();
  for (const [index, entry] of journal.entries()) {
    if (entry.sequence !== index + 1) found.push(violation("gap", entry.entryId, `sequence ${entry.sequence}, expected ${index + 1}`));
    if (entry.override) raised.set(accountOf(entry.override), (raised.get(accountOf(entry.override)) ?? 0) + Math.max(0, entry.override.deltaCap));
    for (const posting of entry.postings) {
      const declared = posting.unit === "usd" ? capsMicroUsd.get(`${posting.scope} ${kindOfWindow(posting.window)}`) : undefined;
      const cap = declared === undefined ? null : declared + (raised.get(accountOf(posting)) ?? 0);
      found.push(...replay(entry, posting, accounts, cap));
    }
  }
  for (const [account, { reserved }] of accounts) {
    if (reserved !== 0) found.push(violation("still-reserved", account, `${reserved}, though nothing is under way`));
  }
  return [...found, ...reservationViolations(journal)];
}

/** At-least-once: copies of an entry must be copies. */
function distinct(entries: readonly LedgerEntry[]): { journal: readonly LedgerEntry[]; found: Violation[] } {
  const byId = new Map<string, LedgerEntry>();
  const found: Violation[] = [];
  for (const entry of entries) {
    const known = byId.get(entry.entryId);
    if (known && !isDeepStrictEqual(known, entry)) found.push(violation("entry-with-two-contents", entry.entryId, "its copies differ"));
    if (!known) byId.set(entry.entryId, entry);
  }
  return { journal: [...byId.values()].sort((a, b) => a.sequence - b.sequence), found };
}

const accountOf = ({ scope, window, unit }: Pick<Posting, "scope" | "window" | "unit">): string => `${scope} ${window} ${unit}`;

function replay(entry: LedgerEntry, posting: Posting, accounts: Map<string, Sums>, cap: number | null): readonly Violation[] {
  const account = accountOf(posting);
  const sums = accounts.get(account) ?? { reserved: 0, settled: 0 };
  accounts.set(account, sums);
  sums.reserved += posting.reservedDeltaMicroUsd;
  sums.settled += posting.settledDeltaMicroUsd;
  const found: Violation[] = [];
  if (sums.reserved !== posting.reservedAfterMicroUsd || sums.settled !== posting.settledAfterMicroUsd) {
    found.push(violation("balance-not-explained", account, `entry \`${entry.entryId}\` leaves other amounts than the entries up to it`));
  }
  if (sums.reserved < 0 || sums.settled < 0) found.push(violation("below-zero", account, `after \`${entry.entryId}\``));
  if (cap !== null && sums.reserved + sums.settled > cap) {
    found.push(violation("overspend", account, `${sums.settled} settled + ${sums.reserved} reserved > ${cap} after \`${entry.entryId}\``));
  }
  return found;
}

function reservationViolations(journal: readonly LedgerEntry[]): readonly Violation[] {
  const open = new Map<string, number>();
  const settledAttempts = new Set<string>();
  const found: Violation[] = [];
  for (const { kind, reservationId, attemptId, amountMicroUsd } of journal) {
    if (kind === "refused" || kind === "override" || kind === "late_settled" || kind === "archived") continue;
    if (kind === "reserved" && open.has(reservationId)) found.push(violation("reserved-twice", reservationId, "one grant for each reservation"));
    const left = (open.get(reservationId) ?? 0) + (kind === "reserved" ? amountMicroUsd : -amountMicroUsd);
    open.set(reservationId, left);
    if (left < 0) found.push(violation("settled-above-reserved", reservationId, `by ${-left} micro-dollars`));
    if (kind !== "settled" || attemptId === null) continue;
    if (settledAttempts.has(attemptId)) found.push(violation("charged-twice", attemptId, "one charge for each call"));
    settledAttempts.add(attemptId);
  }
  return found;
}
