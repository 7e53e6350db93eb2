import { capInForce, keepingOf } from "./account-key";
import type { LedgerView, OpenLine, ReservedAccount } from "./ledger-state";
import type { Balance, JournalPosting } from "./ledger-store";

/** What one account's `reserved` and `settled` change by. */
export interface Delta {
  readonly reserved: number;
  readonly settled: number;
}

/** What a call of these amounts and labels is to a line. */
export function shareOf({ unit, only }: Pick<OpenLine, "unit" | "only">, microUsd: number, tokens: number, labels: readonly string[]): number {
  if (only !== null && !labels.includes(only)) return 0;
  if (unit === "usd") return microUsd;
  return unit === "tokens" ? tokens : 0;
}

/** Index of the line that an account belongs to; -1: it has none (requests). */
export function lineOf(lines: readonly Pick<OpenLine, "unit" | "only">[], { unit, only }: Pick<ReservedAccount, "unit" | "only">): number {
  return lines.findIndex((line) => line.unit === unit && line.only === only);
}

/**
 * The accounts after their lines' deltas, and what the journal says of it. Left out are accounts of requests, which
 * nothing moves after the reserve, partitions that the call does not belong to, and archived accounts: those hold
 * nothing, so only what corrects a charge, or moves nothing, can come to one. One that has less than the correction
 * takes was archived too, and begun anew since. `archived` says how many.
 */
export function moveAmounts(
  view: LedgerView,
  accounts: readonly ReservedAccount[],
  lines: readonly OpenLine[],
  deltas: readonly Delta[],
  nowMicros: number,
): { readonly balances: readonly Balance[]; readonly postings: readonly JournalPosting[]; readonly archived: number } {
  let archived = 0;
  const balances: Balance[] = [];
  const postings: JournalPosting[] = [];
  for (const account of accounts) {
    const delta = deltas[lineOf(lines, account)];
    if (!delta || (account.only !== null && delta.reserved === 0 && delta.settled === 0)) continue;
    const keeping = keepingOf(account.window);
    const before = view.balance(account);
    // A minute that is long past is forgotten.
    if (!before && keeping === "minute") continue;
    if (delta.reserved === 0 && (!before || before.settled + delta.settled < 0)) {
      archived += 1;
      continue;
    }
    // Its reserve wrote it in the same step as the reservation, so only a store that lost data can lack it.
    if (!before) throw new Error(`account \`${account.scope}\` \`${account.window}\` of a reservation is missing`);
    const after = { ...before, reserved: before.reserved + delta.reserved, settled: before.settled + delta.settled };
    balances.push(after);
    if (keeping === "journal") postings.push(postingOf(after, delta, nowMicros));
  }
  return { balances, postings, archived };
}

/** What changed on one account, and what it came to. */
export function postingOf(after: Balance, delta: Delta, nowMicros: number): JournalPosting {
  const { scope, window, unit, reserved, settled, cap, changes } = after;
  return {
    scope,
    window,
    unit,
    // A delta of minus zero would differ from zero in comparisons of entries.
    reservedDelta: delta.reserved + 0,
    settledDelta: delta.settled + 0,
    reservedAfter: reserved,
    settledAfter: settled,
    cap: capInForce(cap, changes, nowMicros),
  };
}
