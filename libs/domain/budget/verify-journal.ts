import { accountId } from "./account-key";
import { accountName, JournalFold } from "./journal-fold";
import type { Balance, JournalEntry } from "./ledger-store";

interface Sum {
  reserved: number;
  settled: number;
}

/**
 * Proves that balances are what the journal says: every finding is one sentence, none means that they agree.
 * `entries` is the whole journal in any order; copies (at-least-once delivery) count once. Checked are: no entry is
 * missing; each posting's result follows from the one before; no balance goes below zero; Σ postings = balance for
 * every account; no reservation gives more than it reserved (I3); what is reserved is what the uncleared reservations
 * hold; and every change of a cap was journaled. It holds the journal in memory, and names the entry that is wrong:
 * `StoreCheck` proves the same of a long one, off the log.
 */
export function verifyJournal(entries: readonly JournalEntry[], balances: readonly Balance[]): readonly string[] {
  const journal = [...new Map(entries.map((entry) => [entry.entryId, entry])).values()];
  journal.sort((a, b) => a.sequence - b.sequence);
  return [
    ...gaps(journal),
    ...accountFindings(journal, balances),
    ...reservationFindings(journal),
    ...clearanceFindings(journal),
    ...overrideFindings(journal, balances),
  ];
}

function gaps(journal: readonly JournalEntry[]): string[] {
  return journal.flatMap(({ sequence, entryId }, index) =>
    sequence === index + 1 ? [] : [`entry \`${entryId}\` has sequence ${sequence}, expected ${index + 1}`],
  );
}

function accountFindings(journal: readonly JournalEntry[], balances: readonly Balance[]): string[] {
  const findings: string[] = [];
  const sums = new Map<string, Sum & { readonly name: string }>();
  for (const { entryId, kind, postings } of journal) {
    for (const posting of postings) {
      const id = accountId(posting);
      const sum = sums.get(id) ?? { reserved: 0, settled: 0, name: accountName(posting) };
      sums.set(id, sum);
      sum.reserved += posting.reservedDelta;
      sum.settled += posting.settledDelta;
      if (sum.reserved !== posting.reservedAfter || sum.settled !== posting.settledAfter) {
        findings.push(`entry \`${entryId}\` leaves ${sum.name} at other amounts than the entries up to it add up to`);
      }
      if (sum.reserved < 0 || sum.settled < 0) findings.push(`entry \`${entryId}\` takes ${sum.name} below zero`);
      if (kind === "archived" && sum.reserved === 0 && sum.settled === 0) sums.delete(id);
    }
  }
  for (const balance of balances) {
    const { reserved, settled } = balance;
    const sum = sums.get(accountId(balance)) ?? { reserved: 0, settled: 0 };
    sums.delete(accountId(balance));
    if (sum.reserved === reserved && sum.settled === settled) continue;
    findings.push(
      `${accountName(balance)} has ${reserved} reserved and ${settled} settled, ` +
        `the journal adds up to ${sum.reserved} and ${sum.settled}`,
    );
  }
  for (const { name } of sums.values()) findings.push(`${name} is in the journal and has no balance`);
  return findings;
}

/** What each reservation reserved, less what left it again, is never below zero. A late settlement moves nothing reserved. */
function reservationFindings(journal: readonly JournalEntry[]): string[] {
  const open = new Map<string, number>();
  const findings: string[] = [];
  for (const { entryId, kind, reservationId, amountMicroUsd } of journal) {
    if (kind !== "reserved" && kind !== "settled" && kind !== "released") continue;
    const left = (open.get(reservationId) ?? 0) + (kind === "reserved" ? amountMicroUsd : -amountMicroUsd);
    open.set(reservationId, left);
    if (left < 0) findings.push(`entry \`${entryId}\` takes more than \`${reservationId}\` has reserved`);
  }
  return findings;
}

/** Reservations clear to zero: without uncleared ones nothing is reserved anywhere. */
function clearanceFindings(journal: readonly JournalEntry[]): string[] {
  const fold = new JournalFold();
  for (const entry of journal) fold.add(entry);
  const held = fold.reservations.heldByAccount;
  return fold.accounts.flatMap((sum) => {
    const holds = held.get(accountId(sum)) ?? 0;
    return sum.reserved === holds ? [] : [`${accountName(sum)} has ${sum.reserved} reserved, the uncleared reservations hold ${holds}`];
  });
}

function overrideFindings(journal: readonly JournalEntry[], balances: readonly Balance[]): string[] {
  const written = new Map(journal.flatMap(({ override }) => (override ? [[override.overrideId, override]] : [])));
  return balances.flatMap((balance) =>
    balance.changes
      .filter(({ overrideId, deltaCap }) => written.get(overrideId)?.deltaCap !== deltaCap)
      .map(({ overrideId }) => `override \`${overrideId}\` of ${accountName(balance)} is not in the journal`),
  );
}
