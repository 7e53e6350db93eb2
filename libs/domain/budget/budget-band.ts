import type { AccountBook, BudgetCap } from "./accounts";
import type { AccountKey, JournalEntry } from "./ledger-store";

export type BudgetBand = "ok" | "warning" | "exceeded";

/** One threshold that one entry crossed; `statusId` is the same whenever the same crossing is found again. */
export interface BudgetAlert extends AccountKey {
  readonly statusId: string;
  /** In force when it was crossed. Amounts are in the account's unit. */
  readonly cap: number;
  readonly reserved: number;
  readonly settled: number;
  readonly band: BudgetBand;
  readonly thresholdPercent: number;
  readonly atMicros: number;
}

const CAP_PERCENT = 100;

/** `warning` from the lowest alert threshold on, `exceeded` from `downgradeFromPercent` or the cap on. Amounts in the budget's unit. */
export function bandOf(used: number, budget: BudgetCap): BudgetBand {
  if (reaches(used, budget.downgradeFromPercent ?? CAP_PERCENT, budget.cap)) return "exceeded";
  return budget.alertPercents.some((percent) => reaches(used, percent, budget.cap)) ? "warning" : "ok";
}

/** The thresholds, rising and always with the downgrade and the cap itself, that `after` reaches and `before` did not. */
export function thresholdsCrossed(before: number, after: number, budget: BudgetCap): readonly number[] {
  const { cap } = budget;
  return [...new Set([...budget.alertPercents, budget.downgradeFromPercent ?? CAP_PERCENT, CAP_PERCENT])]
    .sort((a, b) => a - b)
    .filter((percent) => reaches(after, percent, cap) && !reaches(before, percent, cap));
}

/**
 * What an entry of the journal has to alert about. Alerts go by what is settled: it only rises, so each threshold is
 * crossed once for each cap in force and window; a top-up is another cap. Reservations come and go with every call and would cry wolf.
 *
 * @param told ids of alerts that are on record. With it every threshold that is reached and not told is one, so that a cap
 * that was lowered below what is spent, or a threshold that was added, is not missed; without it those that this entry crossed.
 */
export function budgetAlerts(entry: JournalEntry, book: AccountBook, told?: { has(statusId: string): boolean }): readonly BudgetAlert[] {
  if (entry.kind !== "settled" && entry.kind !== "reserved") return [];
  return entry.postings.flatMap(({ scope, window, unit, settledDelta, ...after }) => {
    const declared = settledDelta > 0 ? book.budgetOf(scope, window, unit) : null;
    if (!declared) return [];
    const cap = after.cap ?? declared.cap;
    const budget = { ...declared, cap };
    const settled = after.settledAfter;
    const crossed = thresholdsCrossed(told === undefined ? settled - settledDelta : 0, settled, budget).map((percent) => ({
      statusId: `${scope}.${window}.${unit === "usd" ? "" : `${unit}.`}${cap}.${percent}`,
      scope,
      window,
      unit,
      cap,
      reserved: after.reservedAfter,
      settled,
      band: bandOf(settled, budget),
      thresholdPercent: percent,
      atMicros: entry.atMicros,
    }));
    return told === undefined ? crossed : crossed.filter(({ statusId }) => !told.has(statusId));
  });
}

/** used ÷ cap ≥ percent ÷ 100; a cap of nothing is used up from the first unit on. */
function reaches(used: number, percent: number, cap: number): boolean {
  return used > 0 && used * CAP_PERCENT >= cap * percent;
}
