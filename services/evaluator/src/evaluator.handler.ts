import { Inject } from "@nestjs/common";
import { type AnyMessage, message } from "@leverframe/contracts";
import { answerOf, endingOf, executedRound, executedTrail, nextMeta, reviewedResponse } from "@leverframe/decision";
import { evaluate, type MaskText } from "@leverframe/evaluation";
import type { Executed, Review } from "@leverframe/events";
import { On, Stage } from "@leverframe/nest";
import { readPermit } from "@leverframe/permit";
import { select } from "@leverframe/selection";
import { ANSWERS, type AnswerDesk, POLICY, type PolicySource } from "@leverframe/wiring";
import { MASK_TEXT } from "./tokens";

@Stage("evaluator")
export class EvaluatorHandler {
  constructor(
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(ANSWERS) private readonly answers: AnswerDesk,
    @Inject(MASK_TEXT) private readonly mask: MaskText,
  ) {}

  @On("executed")
  async evaluate(event: Executed): Promise<readonly AnyMessage[]> {
    const permit = readPermit(event.permit.body);
    const catalog = this.policy.catalogOf(permit.catalogVersion);
    const { classification, request } = event;
    const earlier = [...event.earlier, executedRound(event, null)];
    const canEscalate = () => select({ permit, catalog, classification, earlier, outputTokensMax: request.maxOutputTokens }) !== null;
    const { evaluation, best } = evaluate(event, permit.obligations, { mask: this.mask, canEscalate });
    if (evaluation.verdict !== "escalate")
      return this.answers.send(answerOf(executedTrail(event, permit, catalog, evaluation), endingOf(event, evaluation, best)));
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

  /** Somebody looked at a held answer: it goes out, or a refusal does. */
  @On("reviews")
  review(event: Review): Promise<readonly AnyMessage[]> {
    return this.answers.sendReviewed(reviewedResponse(event));
  }
}
