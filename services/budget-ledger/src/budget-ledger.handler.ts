import { Inject } from "@nestjs/common";
import { type FundingPlan, type PlanDefaults, type PlanInput, type RateRef, type ReserveResult, fundingOf, nextMinute, planFunding, routeRate, NOT_PERMITTED } from "@leverframe/budget";
import type { Catalog } from "@leverframe/catalog";
import { type AnyMessage, message } from "@leverframe/contracts";
import { type Ending, answerOf, costOfRounds, endingWith, nextMeta, refusalWith, selectedTrail } from "@leverframe/decision";
import type { Executed, Refusal, Selected } from "@leverframe/events";
import { type Clock, formatUsd, reservationId } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { CLOCK, On, Stage } from "@leverframe/nest";
import { type Permit, readPermit } from "@leverframe/permit";
import { soundSelection } from "@leverframe/selection";
import { ANSWERS, type AnswerDesk, LEDGER, POLICY, type PolicySource } from "@leverframe/wiring";
import type { AccountBooks } from "./account-books";
import { ACCOUNT_BOOKS, PLAN_DEFAULTS } from "./tokens";

@Stage("budget-ledger")
export class BudgetLedgerHandler {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(ANSWERS) private readonly answers: AnswerDesk,
    @Inject(ACCOUNT_BOOKS) private readonly books: AccountBooks,
    @Inject(PLAN_DEFAULTS) private readonly defaults: PlanDefaults,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Reserves the worst case of the longest affordable chain, or answers why nothing can be paid. */
  @On("selected")
  async fund(selected: Selected): Promise<readonly AnyMessage[]> {
    const { selection, defect } = soundSelection(selected.selection);
    const event: Selected = selection === selected.selection ? selected : { ...selected, selection };
    const permit = readPermit(event.permit.body);
    const catalog = this.policy.catalogOf(permit.catalogVersion);
    const plan = planFunding(planInputOf(event, permit, catalog), this.defaults);
    if (defect !== null) return this.refuse(event, permit, catalog, refusalWith("selection_invalid", defect));
    if (plan.options.length === 0) return this.refuse(event, permit, catalog, unaffordable(plan));
    const accounts = this.books.current().accountsOf({ ...event.origin, route: permit.route }, event.origin.receivedAt);
    const id = reservationId(event.meta.requestId, event.meta.round);
    const reserved = await this.ledger.reserve({
      reservationId: id,
      requestId: event.meta.requestId,
      tenant: event.origin.tenant,
      amountsMicroUsd: plan.options.map((option) => option.amountMicroUsd),
      accounts,
      rates: this.ratesOf(event, permit),
      deadlineAtMicros: event.origin.deadlineAt,
      nowMicros: this.clock.nowMicros(),
    });
    const option = optionPaidBy(reserved, plan);
    if (option === null) {
      if (reserved.status === "exists_with_different_amount") await this.ledger.release({ reservationId: id, nowMicros: this.clock.nowMicros() });
      return this.refuse(event, permit, catalog, refusalOf(reserved, plan, permit));
    }
    const funding = fundingOf(id, plan, option, accounts);
    return [message("funded", { ...event, meta: nextMeta(event.meta, "funded"), funding })];
  }

  /** The round is over: what its attempts did not use is free again. */
  @On("executed")
  async release(event: Executed): Promise<readonly AnyMessage[]> {
    await this.ledger.release({ reservationId: event.funding.reservationId, nowMicros: this.clock.nowMicros() });
    return [];
  }

  /** The minute's quota of the route, where the policy in force sets one. A request counts once: an escalation is the same request. */
  private ratesOf({ meta, origin }: Selected, { route }: Permit): readonly RateRef[] {
    if (meta.round > 0 || route === null) return [];
    const requestsMax = this.policy.current().routes.byName.get(route)?.quota.requestsPerMinuteMax ?? null;
    return requestsMax === null ? [] : [routeRate(origin.tenant, route, requestsMax, origin.receivedAt)];
  }

  /** An escalation that cannot be paid does not happen: the output that was there before goes out. */
  private refuse(event: Selected, permit: Permit, catalog: Catalog, refusal: Refusal): Promise<readonly AnyMessage[]> {
    const ending: Ending = event.bestOutput === null
      ? { status: "refused", refusal, output: null, success: false }
      : endingWith(event.bestOutput, permit.obligations);
    return this.answers.send(answerOf(selectedTrail(event, permit, catalog), ending));
  }
}

function planInputOf(event: Selected, permit: Permit, catalog: Catalog): PlanInput {
  return {
    choice: event.selection.choice,
    fallbacks: event.selection.fallbacks,
    candidates: permit.candidates,
    obligations: permit.obligations,
    catalog,
    inputTokensMax: event.classification.inputTokensMax,
    maxOutputTokens: event.request.maxOutputTokens,
    spentNanoUsd: costOfRounds(event.earlier),
  };
}

/** Index of the option that the reservation covers; null when none is. */
function optionPaidBy(result: ReserveResult, plan: FundingPlan): number | null {
  if (result.status === "created") return result.option;
  if (result.status !== "exists_with_different_amount" || result.amountMicroUsd === null) return null;
  // Planned before under another catalog: what was reserved then pays for the first chain that it covers.
  const held = result.amountMicroUsd;
  const option = plan.options.findIndex(({ amountMicroUsd }) => amountMicroUsd <= held);
  return option === -1 ? null : option;
}

function unaffordable({ excluded }: FundingPlan): Refusal {
  const refusal = excluded.every(({ cause }) => cause === NOT_PERMITTED)
    ? refusalWith("selection_invalid", "the selector chose nothing that is permitted")
    : refusalWith("unaffordable", "no permitted candidate stays within the cost ceiling");
  return { ...refusal, candidates: excluded };
}

function refusalOf(result: ReserveResult, plan: FundingPlan, { route, tenant }: Permit): Refusal {
  if (result.status === "deadline_exceeded") return refusalWith("deadline_exceeded", "the deadline passed before the request could be paid for");
  if (result.status === "exceeds_rate") {
    const limit = `route \`${route}\` takes at most ${result.requestsMax} requests a minute from \`${tenant}\``;
    return refusalWith("rate_limited", `${limit}; come back at ${nextMinute(result.window)}`);
  }
  if (result.status !== "exceeds_cap") return unaffordable(plan);
  const available = formatUsd(BigInt(result.availableMicroUsd) * 1_000n);
  const message = `\`${result.scope}\` has ${available} left, which covers the worst case of no permitted candidate`;
  return { ...refusalWith("budget_exceeded", message), candidates: plan.excluded };
}
