import type { AccountBook, Payer, Purchase } from "./accounts";
import type { AccountRef, AmountLine } from "./ledger-store";
import { type FundingPlan, labelsOf, linesOf, withAlternatives } from "./plan";

/** What a plan asks of the ledger: whose accounts, and how much of each for each option. */
export interface PlannedPurchase {
  readonly plan: FundingPlan;
  readonly accounts: readonly AccountRef[];
  readonly amountsMicroUsd: readonly number[];
  readonly lines: readonly AmountLine[];
}

/** The purchase of a funding plan: by the budgets in force, at the time that the request arrived. */
export function purchaseOf(funding: FundingPlan, book: AccountBook, payer: Payer, atMicros: number, purchase: Omit<Purchase, "labels">): PlannedPurchase {
  const accounts = book.accountsOf(payer, atMicros, { ...purchase, labels: labelsOf(funding) });
  const plan = withAlternatives(funding, accounts);
  return { plan, accounts, amountsMicroUsd: plan.options.map(({ amountMicroUsd }) => amountMicroUsd), lines: linesOf(plan, accounts) };
}
