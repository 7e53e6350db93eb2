import { Inject } from "@nestjs/common";
import { type FundingPlan, type PlanDefaults, type PlanInput, type PlannedPurchase, type ReserveResult, fundingOf, planCounted, purchaseOf } from "@leverframe/budget";
import type { Catalog } from "@leverframe/catalog";
import { withoutOpinion } from "@leverframe/classification";
import { type AnyMessage, message } from "@leverframe/contracts";
import {
  aboutSubject, afterOpinion, type Ending, answerOf, costOfRounds, endingWith, isOpinionRound, missingOpinion, nextMeta, opinionRound, refusalOf, refusalWith, selectedRound, selectedTrail,
} from "@leverframe/decision";
import type { Executed, OpinionSubject, Refusal, Round, Selected } from "@leverframe/events";
import { type Clock, reservationId, toMicroUsd } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { CLOCK, On, Stage } from "@leverframe/nest";
import { countedModels, type Permit, readPermit } from "@leverframe/permit";
import { type CountTokens, countPrompt } from "@leverframe/prompt";
import { soundSelection } from "@leverframe/selection";
import { ANSWERS, type AnswerDesk, COUNT_TOKENS, type DeferralDesk, DEFERRALS, LEDGER, POLICY, type PolicySource } from "@leverframe/wiring";
import type { AccountBooks } from "./account-books";
import { refusalOfReserve, unaffordable } from "./refusals";
import { runawayOf } from "./runaway";
import { shortageOf } from "./shortage";
import { throttled } from "./throttle";
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
    @Inject(COUNT_TOKENS) private readonly countTokens: CountTokens,
    @Inject(DEFERRALS) private readonly deferrals: Pick<DeferralDesk, "park">,
  ) {}

  /** Reserves the worst case of the longest affordable chain, or lets the request wait where the policy allows it, or answers why nothing can be paid. */
  @On("selected")
  async fund(selected: Selected): Promise<readonly AnyMessage[]> {
    const { selection, defect } = soundSelection(selected.selection);
    const event: Selected = selection === selected.selection ? selected : { ...selected, selection };
    const permit = readPermit(event.permit.body);
    const catalog = this.policy.catalogOf(permit.catalogVersion);
    if (defect !== null) return this.refuse(event, permit, catalog, refusalWith("selection_invalid", defect));
    return this.fundChain(event, permit, catalog);
  }

  /**
   * A redelivered event may come with another selection, since health has moved. What was funded first counts, because
   * its calls may be under way: the round is funded for that chain again, which the ledger knows.
   */
  private async fundChain(event: Selected, permit: Permit, catalog: Catalog, again = false): Promise<readonly AnyMessage[]> {
    const funding = await this.plan(event, permit, catalog);
    if (funding.options.length === 0) return this.refuse(event, permit, catalog, unaffordable(funding));
    const id = reservationId(event.meta.requestId, event.meta.round);
    const purchase = this.purchase(event, permit, funding);
    const { plan, accounts, amountsMicroUsd, lines } = purchase;
    const chain = chainOf(plan);
    const reserved = await this.ledger.reserve({
      reservationId: id,
      requestId: event.meta.requestId,
      tenant: event.origin.tenant,
      amountsMicroUsd,
      lines,
      accounts,
      chain,
      deadlineAtMicros: event.origin.deadlineAt,
      nowMicros: this.clock.nowMicros(),
    });
    const first = chainFundedFirst(reserved);
    if (first !== null && first !== chain && !again) return this.fundChain(withChain(event, first), permit, catalog, true);
    const option = optionPaidBy(reserved, plan);
    if (option === null) {
      if (reserved.status === "exists_with_different_amount") await this.ledger.release({ reservationId: id, nowMicros: this.clock.nowMicros() });
      const shortage = shortageOf(reserved, purchase);
      if (shortage !== null && (await this.deferrals.park(event, permit, shortage))) return [];
      const answer = await this.refuse(event, permit, catalog, refusalOfReserve(reserved, plan));
      const runaway = runawayOf(reserved, accounts, event.origin.receivedAt);
      return runaway === null ? answer : [...answer, message("budget-status", runaway)];
    }
    return [message("funded", { ...event, meta: nextMeta(event.meta, "funded"), funding: fundingOf(id, plan, option, accounts) })];
  }

  /** The round is over: what its attempts did not use is free again. */
  @On("executed")
  async release(event: Executed): Promise<readonly AnyMessage[]> {
    // Its calls were settled before this event left, in whatever life of the ledger.
    await this.ledger.release({ reservationId: event.funding.reservationId, nowMicros: this.clock.nowMicros(), callsKnown: true });
    return [];
  }

  /** What is redacted afterwards may make more tokens than were counted, though never more bytes. */
  private plan(event: Selected, permit: Permit, catalog: Catalog): Promise<FundingPlan> {
    const input = planInputOf(event, permit, catalog);
    if (permit.obligations.redact.length > 0) return planCounted(input, this.defaults, false, async () => new Map());
    const nearCap = Object.entries(permit.state).some(([name, band]) => name.startsWith("budgetBand") && band !== "ok");
    const counted = { ...input, inputTokens: countedModels(permit.state) };
    return planCounted(counted, this.defaults, nearCap, (models) => countPrompt(models, event.request, this.countTokens));
  }

  /** Whose accounts pay, by the budgets in force. An escalation is the same request: what it spent before counts towards the cap of a request. */
  private purchase({ meta, origin, request, earlier }: Selected, { route, obligations }: Permit, funding: FundingPlan): PlannedPurchase {
    const { book, set } = this.books.current();
    const payer = { ...origin, route, agentRun: request.agentRun, teams: set.facts.userGroups(origin) ?? [] };
    const spent = { spentMicroUsd: toMicroUsd(costOfRounds(earlier)), spentTokens: tokensOfRounds(earlier) };
    // One that waited pays where it goes on. An escalation is the same request, and so is the question what it is.
    const waited = meta.round > 0 && !earlier.some((one) => one.attempts.length > 0 && !isOpinionRound(one));
    const round = waited ? 0 : Math.abs(meta.round);
    const atMicros = waited ? meta.occurredAt : origin.receivedAt;
    const purchase = purchaseOf(funding, book, payer, atMicros, { round, ...spent });
    const requestsMax = obligations.requestsPerMinuteMax;
    if (requestsMax === null || round > 0) return purchase;
    const scope = `department:${origin.tenant}/${origin.department}`;
    return throttled(purchase, { scope, window: book.calendarOf(scope).windowAt("minute", atMicros), requestsMax });
  }

  /** An escalation that cannot be paid does not happen: the output that was there before goes out. */
  private async refuse(event: Selected, permit: Permit, catalog: Catalog, refusal: Refusal): Promise<readonly AnyMessage[]> {
    if (event.opinionOn) return this.goOnUnasked(event, event.opinionOn, { permit, catalog, refusal });
    const ending: Ending = event.bestOutput === null
      ? { status: "refused", refusal, output: null, success: false }
      : endingWith(event.bestOutput, permit.obligations);
    return this.answers.send(answerOf(selectedTrail(event, permit, catalog), ending));
  }

  /** A question that cannot be paid is not asked: the rules' answer stands, unless the policy demands another. */
  private async goOnUnasked(event: Selected, subject: OpinionSubject, { permit, catalog, refusal }: Unpaid): Promise<readonly AnyMessage[]> {
    const rounds = [...event.earlier, opinionRound(selectedRound(event), event)];
    if (!subject.required) return [message("classified", afterOpinion(event.meta, subject, withoutOpinion(subject.classification, refusal.message), rounds))];
    return this.answers.send(refusalOf({ ...selectedTrail(aboutSubject(event, subject), permit, catalog), rounds }, missingOpinion(refusal)));
  }
}

interface Unpaid {
  readonly permit: Permit;
  readonly catalog: Catalog;
  readonly refusal: Refusal;
}

function planInputOf(event: Selected, permit: Permit, catalog: Catalog): PlanInput {
  return {
    choice: event.selection.choice,
    fallbacks: event.selection.fallbacks,
    candidates: permit.candidates,
    obligations: permit.obligations,
    catalog,
    span: { fromMicros: event.origin.receivedAt, untilMicros: event.origin.deadlineAt },
    inputTokensMax: event.classification.inputTokensMax,
    maxOutputTokens: event.request.maxOutputTokens,
    spentNanoUsd: costOfRounds(event.earlier),
  };
}

const CHAIN_SEPARATOR = " ";

/** The candidates of a plan in their order, as the ledger keeps them with the reservation. */
const chainOf = ({ options }: FundingPlan): string => (options[0]?.plan ?? []).map(({ candidate }) => candidate).join(CHAIN_SEPARATOR);

/** Null: nothing was funded under this id, or in a life of the ledger that is lost. */
function chainFundedFirst(result: ReserveResult): string | null {
  return result.status === "created" || result.status === "exists_with_different_amount" ? (result.chain ?? null) : null;
}

function withChain(event: Selected, chain: string): Selected {
  const [choice = "", ...fallbacks] = chain.split(CHAIN_SEPARATOR);
  return { ...event, selection: { ...event.selection, choice, fallbacks } };
}

/** Index of the option that the reservation covers; null when none is. */
function optionPaidBy(result: ReserveResult, plan: FundingPlan): number | null {
  if (result.status === "created") return result.option;
  if (result.status !== "exists_with_different_amount" || result.amountMicroUsd === null) return null;
  // The chain of then cannot be planned again: what was reserved for it pays for the first one that it covers.
  const held = result.amountMicroUsd;
  const option = plan.options.findIndex(({ amountMicroUsd }) => amountMicroUsd <= held);
  return option === -1 ? null : option;
}

function tokensOfRounds(rounds: readonly Round[]): number {
  const usages = rounds.flatMap(({ attempts }) => attempts.flatMap(({ usage }) => usage ?? []));
  return usages.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
}
