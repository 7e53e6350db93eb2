import { Inject } from "@nestjs/common";
import { type AnalyticsWriter, budgetStatusRows, decisionRows, feedbackRows, ledgerEntryRows, policyChangeRows, providerHealthRows, type RecordPosition, reviewRows, type TableRows } from "@leverframe/analytics";
import { DEFAULT_APPLICATION } from "@leverframe/contracts";
import type { BudgetStatus, Decision, Feedback, LedgerEntry, PolicyChange, ProviderHealth, Review } from "@leverframe/events";
import { type HandlerContext, On, Stage } from "@leverframe/nest";
import { POLICY, type PolicySource } from "@leverframe/wiring";
import { ownFeedback } from "./own-feedback";
import { ANALYTICS_WRITER } from "./tokens";

/** A record here only waits for its batch, so thousands wait together: they are what fills a batch. */
const IN_FLIGHT_MAX = 5_000;

/** Stores what is audited. A record is done when ClickHouse has acknowledged its rows; until then it is repeated (I5). */
@Stage("analytics-sink", { concurrencyMax: IN_FLIGHT_MAX })
export class AnalyticsSinkHandler {
  constructor(
    @Inject(ANALYTICS_WRITER) private readonly writer: AnalyticsWriter,
    @Inject(POLICY) private readonly policy: PolicySource,
  ) {}

  @On("decisions")
  decision(event: Decision, context: HandlerContext): Promise<readonly []> {
    return this.store(decisionRows(event), context);
  }

  @On("ledger-entries")
  ledgerEntry(event: LedgerEntry, context: HandlerContext): Promise<readonly []> {
    return this.store(ledgerEntryRows(event), context);
  }

  @On("feedback")
  async feedback(event: Feedback, context: HandlerContext): Promise<readonly []> {
    const application = context.application ?? DEFAULT_APPLICATION;
    const own = ownFeedback(event, application, this.policy.current().applications);
    return this.store(feedbackRows(own, application), context);
  }

  @On("budget-status")
  budgetStatus(event: BudgetStatus, context: HandlerContext): Promise<readonly []> {
    return this.store(budgetStatusRows(event), context);
  }

  @On("policy-changes")
  policyChange(event: PolicyChange, context: HandlerContext): Promise<readonly []> {
    return this.store(policyChangeRows(event), context);
  }

  @On("provider-health")
  providerHealth(event: ProviderHealth, context: HandlerContext): Promise<readonly []> {
    return this.store(providerHealthRows(event), context);
  }

  @On("reviews")
  review(event: Review, context: HandlerContext): Promise<readonly []> {
    return this.store(reviewRows(event), context);
  }

  private async store(rows: readonly TableRows[], context: HandlerContext): Promise<readonly []> {
    await this.writer.store(rows, positionOf(context));
    return [];
  }
}

/** An event that was handed over in memory is no record of the log, so the loss account has no line for it. */
function positionOf({ topic, partition, offset, receivedAtMicros }: HandlerContext): RecordPosition | null {
  if (partition === null || offset === null) return null;
  return { topic, partition, offset, timestampMicros: receivedAtMicros };
}
