import type { Balance, JournalEntry } from "./ledger-store";

interface Sum {
  reserved: number;
  settled: number;
}

/**
 * Proves that balances are what the journal says: every finding is one sentence, none means that they agree.
 * `entries` is the whole journal in any order; copies (at-least-once delivery) count once. Checked are: no entry is
 * missing; each posting's result follows from the one before; no balance goes below zero; Σ postings = balance for
 * every account; and no reservation settles more than it reserved (I3).
 */
export function verifyJournal(entries: readonly JournalEntry[], balances: readonly Balance[]): readonly string[] {
  const journal = [...new Map(entries.map((entry) => [entry.entryId, entry])).values()];
  journal.sort((a, b) => a.sequence - b.sequence);
  return [...gaps(journal), ...accountFindings(journal, balances), ...reservationFindings(journal)];
}

function gaps(journal: readonly JournalEntry[]): string[] {
  return journal.flatMap(({ sequence, entryId }, index) =>
    sequence === index + 1 ? [] : [`entry \`${entryId}\` has sequence ${sequence}, expected ${index + 1}`],
  );
}

function accountFindings(journal: readonly JournalEntry[], balances: readonly Balance[]): string[] {
  const findings: string[] = [];
  const sums = new Map<string, Sum>();
  for (const { entryId, postings } of journal) {
    for (const posting of postings) {
      const account = `${posting.scope} ${posting.window}`;
      const sum = sums.get(account) ?? { reserved: 0, settled: 0 };
      sums.set(account, sum);
      sum.reserved += posting.reservedDeltaMicroUsd;
      sum.settled += posting.settledDeltaMicroUsd;
      if (sum.reserved !== posting.reservedAfterMicroUsd || sum.settled !== posting.settledAfterMicroUsd) {
        findings.push(`entry \`${entryId}\` leaves \`${account}\` at other amounts than the entries up to it add up to`);
      }
      if (sum.reserved < 0 || sum.settled < 0) findings.push(`entry \`${entryId}\` takes \`${account}\` below zero`);
    }
  }
  for (const { scope, window, reservedMicroUsd, settledMicroUsd } of balances) {
    const sum = sums.get(`${scope} ${window}`) ?? { reserved: 0, settled: 0 };
    sums.delete(`${scope} ${window}`);
    if (sum.reserved === reservedMicroUsd && sum.settled === settledMicroUsd) continue;
    findings.push(
      `\`${scope} ${window}\` has ${reservedMicroUsd} reserved and ${settledMicroUsd} settled, ` +
        `the journal adds up to ${sum.reserved} and ${sum.settled}`,
    );
  }
  for (const account of sums.keys()) findings.push(`\`${account}\` is in the journal and has no balance`);
  return findings;
}

/** What each reservation reserved, less what left it again, is never below zero. */
function reservationFindings(journal: readonly JournalEntry[]): string[] {
  const open = new Map<string, number>();
  const findings: string[] = [];
  for (const { entryId, kind, reservationId, amountMicroUsd } of journal) {
    if (kind === "refused") continue;
    const left = (open.get(reservationId) ?? 0) + (kind === "reserved" ? amountMicroUsd : -amountMicroUsd);
    open.set(reservationId, left);
    if (left < 0) findings.push(`entry \`${entryId}\` takes more than \`${reservationId}\` has reserved`);
  }
  return findings;
}
