import { accountId, emptyBalance } from "./account-key";
import { accountName, type AccountSum, followsThrough, type JournalFold } from "./journal-fold";
import type { Balance, CapChange, LedgerSnapshot, Override } from "./ledger-store";

const GAPS_SHOWN_MAX = 10;
const ACCOUNTS_SHOWN_MAX = 20;

/**
 * What is wrong with a journal by itself, each as one sentence; none: every balance can be rebuilt from it. Checked
 * are: no entry is missing and none stands twice with two contents; on every account the postings follow from each
 * other, from the opening to the sum; nothing goes below zero; no reservation gives more than it had; and what is
 * reserved on an account is what the uncleared reservations hold, so that reservations clear to zero.
 */
export function journalFindings(fold: JournalFold): readonly string[] {
  return [...gapFindings(fold), ...fold.findings, ...fold.reservations.findings, ...accountFindings(fold)];
}

/** What a rebuild puts into the store: the journal's sums, at its end. Ask `journalFindings` before. */
export function snapshotOf(fold: JournalFold, epoch: string): LedgerSnapshot {
  const changes = changesByAccount(fold.overrides);
  const lasting = fold.overrides.filter(({ untilMicros }) => untilMicros > fold.latestAtMicros);
  const lastingChanges = changesByAccount(lasting);
  const standing = fold.accounts.filter((sum) => !sum.isArchived || lastingChanges.has(accountId(sum)));
  const balances = standing.map((sum): Balance => {
    const { scope, window, unit, reserved, settled } = sum;
    const cap = declaredCap(fold, sum, changes.get(accountId(sum)) ?? []);
    return { scope, window, unit, cap, reserved, settled, changes: lastingChanges.get(accountId(sum)) ?? [] };
  });
  const untouched = lasting.filter((override, index) => {
    return !fold.account(override) && lasting.findIndex((one) => accountId(one) === accountId(override)) === index;
  });
  return {
    epoch,
    sequence: fold.sequence,
    balances: [...balances, ...untouched.map((override) => ({ ...emptyBalance(override), changes: lastingChanges.get(accountId(override)) ?? [] }))],
    reservations: [...fold.reservations.clearedLately, ...fold.reservations.list],
    overrides: lasting,
  };
}

function gapFindings(fold: JournalFold): string[] {
  const gaps = fold.gaps(GAPS_SHOWN_MAX + 1);
  const shown = gaps.slice(0, GAPS_SHOWN_MAX).map(({ first, last }) => {
    return first === last ? `entry ${first} is missing` : `entries ${first} to ${last} are missing`;
  });
  return gaps.length > GAPS_SHOWN_MAX ? [...shown, "… and further ones"] : shown;
}

function accountFindings(fold: JournalFold): string[] {
  const held = fold.reservations.heldByAccount;
  const findings: string[] = [];
  for (const sum of fold.accounts) {
    if (findings.length >= ACCOUNTS_SHOWN_MAX) return [...findings, "… and further accounts"];
    const finding = accountFinding(sum, held.get(accountId(sum)) ?? 0);
    if (finding !== null) findings.push(finding);
  }
  return findings;
}

function accountFinding(sum: AccountSum, held: number): string | null {
  const { reserved, settled, reservedAfter, settledAfter, lastSequence } = sum;
  if (reserved !== reservedAfter || settled !== settledAfter) {
    const says = `entry ${lastSequence} leaves it at ${reservedAfter} and ${settledAfter}`;
    return `the entries of ${accountName(sum)} add up to ${reserved} reserved and ${settled} settled, ${says}`;
  }
  if (!followsThrough(sum)) return `an entry of ${accountName(sum)} leaves other amounts than the entries up to it add up to`;
  if (reserved !== held) return `${accountName(sum)} has ${reserved} reserved, the uncleared reservations hold ${held}`;
  return null;
}

/** The journal holds the cap in force; the declared one is that without the changes of that moment. */
function declaredCap(fold: JournalFold, { capInForce, capAtMicros, capSequence }: AccountSum, changes: readonly CapChange[]): number | null {
  if (capInForce === null || capSequence === 0) return capInForce;
  const inForce = changes.filter(({ overrideId, fromMicros, untilMicros }) => {
    return fold.placedAt(overrideId) < capSequence && fromMicros <= capAtMicros && capAtMicros < untilMicros;
  });
  return Math.max(0, capInForce - inForce.reduce((total, { deltaCap }) => total + deltaCap, 0));
}

function changesByAccount(overrides: readonly Override[]): ReadonlyMap<string, readonly CapChange[]> {
  const changes = new Map<string, CapChange[]>();
  for (const override of overrides) {
    const { overrideId, deltaCap, fromMicros, untilMicros } = override;
    const id = accountId(override);
    changes.set(id, [...(changes.get(id) ?? []), { overrideId, deltaCap, fromMicros, untilMicros }]);
  }
  for (const list of changes.values()) list.sort((a, b) => (a.overrideId < b.overrideId ? -1 : 1));
  return changes;
}
