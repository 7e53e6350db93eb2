import { Inject } from "@nestjs/common";
import { type AnyMessage, message } from "@leverframe/contracts";
import { OPINION_VERSION, readOpinion, withOpinion, withoutOpinion } from "@leverframe/classification";
import {
  aboutSubject, afterOpinion, answeringAttempt, answerOf, answerRounds, endingOf, executedRound, executedTrail, missingOpinion, nextMeta, opinionRound, refusalOf, refusalWith, reviewedResponse, roundsSinceWait,
} from "@leverframe/decision";
import { lackedCapacity } from "@leverframe/deferral";
import { evaluate, type MaskText } from "@leverframe/evaluation";
import type { Classification, Executed, OpinionSubject, Review, Selected } from "@leverframe/events";
import { On, Stage } from "@leverframe/nest";
import { type Permit, readPermit } from "@leverframe/permit";
import { select } from "@leverframe/selection";
import { ANSWERS, type AnswerDesk, type DeferralDesk, DEFERRALS, POLICY, type PolicySource } from "@leverframe/wiring";
import { MASK_TEXT } from "./tokens";

@Stage("evaluator")
export class EvaluatorHandler {
  constructor(
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(ANSWERS) private readonly answers: AnswerDesk,
    @Inject(MASK_TEXT) private readonly mask: MaskText,
    @Inject(DEFERRALS) private readonly deferrals: Pick<DeferralDesk, "park">,
  ) {}

  @On("executed")
  async evaluate(event: Executed): Promise<readonly AnyMessage[]> {
    if (event.opinionOn) return this.hear(event, event.opinionOn);
    const permit = readPermit(event.permit.body);
    const catalog = this.policy.catalogOf(permit.catalogVersion);
    const { classification, request } = event;
    const answered = answerRounds(roundsSinceWait(event.earlier));
    const earlier = [...answered, executedRound(event, null)];
    const canEscalate = () => select({ permit, catalog, classification, earlier, outputTokensMax: request.maxOutputTokens }) !== null;
    const { evaluation, best } = evaluate({ ...event, earlier: answered }, permit.obligations, { mask: this.mask, canEscalate });
    if (evaluation.verdict !== "escalate") {
      if (best === null && (await this.waits(event, permit))) return [];
      return this.answers.send(answerOf(executedTrail(event, permit, catalog, evaluation), endingOf(event, evaluation, best)));
    }
    return [
      message("escalated", {
        meta: nextMeta(event.meta, "escalated", event.meta.round + 1),
        origin: event.origin,
        request,
        classification,
        permit: event.permit,
        earlier: [...event.earlier, executedRound(event, evaluation)],
        bestOutput: best,
      }),
    ];
  }

  /** Whether nothing but a lack of capacity kept the request from an answer, and it may wait for better times. */
  private async waits(event: Executed, permit: Permit): Promise<boolean> {
    const { meta, origin, request, classification, permit: signed, earlier, bestOutput, selection, opinionOn, funding, attempts, failure } = event;
    if (!lackedCapacity({ failureCode: failure?.code ?? null, outcomes: attempts.map(({ outcome }) => outcome) })) return false;
    const rounds = attempts.length === 0 ? earlier : [...earlier, executedRound(event, null)];
    const selected: Selected = { meta, origin, request, classification, permit: signed, earlier: rounds, bestOutput, selection, opinionOn };
    const candidates = funding.plan.map(({ candidate }) => candidate);
    return this.deferrals.park(selected, permit, { lane: { kind: "capacity", candidates }, need: 1, unforeseen: true });
  }

  /**
   * What was said about a request, or that nothing was. It goes on to its first plan, with the higher of both risk classes;
   * only where nobody wants it any more, or the policy demands an opinion that there is not, it ends here.
   */
  private hear(event: Executed, subject: OpinionSubject): Promise<readonly AnyMessage[]> | readonly AnyMessage[] {
    const { classification, required } = subject;
    const rounds = [...event.earlier, opinionRound(executedRound(event, null), event)];
    const goOn = (heard: Classification) => [message("classified", afterOpinion(event.meta, subject, heard, rounds))];
    const opinion = readOpinion(event.output, `${OPINION_VERSION}:${answeringAttempt([executedRound(event, null)])?.candidate}`);
    if (opinion !== null) return goOn(withOpinion(classification, opinion));
    const why = event.failure ?? refusalWith("attempts_exhausted", "what the model said is no opinion");
    const cancelled = why.code === "cancelled";
    if (!cancelled && !required) return goOn(withoutOpinion(classification, why.message));
    const permit = readPermit(event.permit.body);
    const trail = { ...executedTrail(aboutSubject(event, subject), permit, this.policy.catalogOf(permit.catalogVersion), null), rounds };
    return this.answers.send(refusalOf(trail, cancelled ? why : missingOpinion(why)));
  }

  /** Somebody looked at a held answer: it goes out, or a refusal does. */
  @On("reviews")
  review(event: Review): Promise<readonly AnyMessage[]> {
    return this.answers.sendReviewed(reviewedResponse(event));
  }
}
