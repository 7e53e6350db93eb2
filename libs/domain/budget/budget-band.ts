import type { MicroUsd } from "@leverframe/kernel";
import type { AccountBook, BudgetCap } from "./accounts";
import type { JournalEntry } from "./ledger-store";

export type BudgetBand = "ok" | "warning" | "exceeded";

/** One threshold that one entry crossed; `statusId` is the same whenever the same crossing is found again. */
export interface BudgetAlert {
  readonly statusId: string;
  readonly scope: string;
  readonly window: string;
  readonly capMicroUsd: MicroUsd;
  readonly reservedMicroUsd: MicroUsd;
  readonly settledMicroUsd: MicroUsd;
  readonly band: BudgetBand;
  readonly thresholdPercent: number;
  readonly atMicros: number;
}

const CAP_PERCENT = 100;

/** `warning` from the lowest alert threshold on, `exceeded` from `downgradeFromPercent` or the cap on. Amounts in micro-dollars. */
export function bandOf(usedMicroUsd: MicroUsd, budget: BudgetCap): BudgetBand {
  if (reaches(usedMicroUsd, budget.downgradeFromPercent ?? CAP_PERCENT, budget.capMicroUsd)) return "exceeded";
  return budget.alertPercents.some((percent) => reaches(usedMicroUsd, percent, budget.capMicroUsd)) ? "warning" : "ok";
}

/** The thresholds, rising and always with the downgrade and the cap itself, that `after` reaches and `before` did not. */
export function thresholdsCrossed(before: MicroUsd, after: MicroUsd, budget: BudgetCap): readonly number[] {
  const { capMicroUsd } = budget;
  return [...new Set([...budget.alertPercents, budget.downgradeFromPercent ?? CAP_PERCENT, CAP_PERCENT])]
    .sort((a, b) => a - b)
    .filter((percent) => reaches(after, percent, capMicroUsd) && !reaches(before, percent, capMicroUsd));
}

/**
 * What an entry of the journal has to alert about. Alerts go by what is settled: it only rises, so each threshold is
 * crossed once for each cap and window. Reservations come and go with every call and would cry wolf.
 */
export function budgetAlerts(entry: JournalEntry, book: AccountBook): readonly BudgetAlert[] {
  if (entry.kind !== "settled") return [];
  return entry.postings.flatMap(({ scope, window, settledDeltaMicroUsd, ...after }) => {
    const budget = book.budgetOf(scope, window);
    if (!budget) return [];
    const { capMicroUsd } = budget;
    const settledMicroUsd = after.settledAfterMicroUsd;
    return thresholdsCrossed(settledMicroUsd - settledDeltaMicroUsd, settledMicroUsd, budget).map((percent) => ({
      statusId: `${scope}.${window}.${capMicroUsd}.${percent}`,
      scope,
      window,
      capMicroUsd,
      reservedMicroUsd: after.reservedAfterMicroUsd,
      settledMicroUsd,
      band: bandOf(settledMicroUsd, budget),
      thresholdPercent: percent,
      atMicros: entry.atMicros,
    }));
  });
}

/** used ÷ cap ≥ percent ÷ 100; a cap of nothing is used up from the first micro-dollar on. */
function reaches(usedMicroUsd: MicroUsd, percent: number, capMicroUsd: MicroUsd): boolean {
  return usedMicroUsd > 0 && usedMicroUsd * CAP_PERCENT >= capMicroUsd * percent;
}
