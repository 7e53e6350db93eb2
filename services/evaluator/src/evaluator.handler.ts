import { Inject } from "@nestjs/common";
import { type AnyMessage, message } from "@leverframe/contracts";
import { answerOf, endingOf, executedRound, executedTrail, nextMeta } from "@leverframe/decision";
import { evaluate } from "@leverframe/evaluation";
import type { Executed } from "@leverframe/events";
import { On, Stage } from "@leverframe/nest";
import { readPermit } from "@leverframe/permit";
import { select } from "@leverframe/selection";
import { ANSWERS, type AnswerDesk, POLICY, type PolicySource } from "@leverframe/wiring";

@Stage("evaluator")
export class EvaluatorHandler {
  constructor(
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(ANSWERS) private readonly answers: AnswerDesk,
  ) {}

  @On("executed")
  async evaluate(event: Executed): Promise<readonly AnyMessage[]> {
    const permit = readPermit(event.permit.body);
    const catalog = this.policy.catalogOf(permit.catalogVersion);
    const { classification, request } = event;
    const earlier = [...event.earlier, executedRound(event, null)];
    const better = () => select({ permit, catalog, classification, earlier, outputTokensMax: request.maxOutputTokens }) !== null;
    const evaluation = evaluate(event, permit.obligations, better);
    if (evaluation.verdict !== "escalate")
      return this.answers.send(answerOf(executedTrail(event, permit, catalog, evaluation), endingOf(event, evaluation)));
    return [
      message("escalated", {
        meta: nextMeta(event.meta, "escalated", event.meta.round + 1),
        origin: event.origin,
        request,
        classification,
        permit: event.permit,
        earlier: [...event.earlier, executedRound(event, evaluation)],
        bestOutput: event.output ?? event.bestOutput,
      }),
    ];
  }
}
