import { Inject } from "@nestjs/common";
import { type AnyMessage, message } from "@leverframe/contracts";
import { withoutOpinion } from "@leverframe/classification";
import { aboutSubject, afterOpinion, answerRounds, earlyTrail, missingOpinion, nextMeta, refusalOf, refusalWith, roundsSinceWait } from "@leverframe/decision";
import type { Escalated, Permitted, Selected } from "@leverframe/events";
import type { Clock } from "@leverframe/kernel";
import { CLOCK, On, Stage } from "@leverframe/nest";
import { readPermit } from "@leverframe/permit";
import { type SelectionHealth, select } from "@leverframe/selection";
import { ANSWERS, type AnswerDesk, type FleetHealth, HEALTH, POLICY, type PolicySource } from "@leverframe/wiring";

@Stage("selector")
export class SelectorHandler {
  constructor(
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(ANSWERS) private readonly answers: AnswerDesk,
    @Inject(HEALTH) private readonly fleet: FleetHealth,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @On("permitted")
  permitted(event: Permitted): Promise<readonly AnyMessage[]> {
    return this.select({ ...event, bestOutput: null });
  }

  @On("escalated")
  escalated(event: Escalated): Promise<readonly AnyMessage[]> {
    return this.select({ ...event, opinionOn: null });
  }

  private async select(event: Omit<Selected, "selection">): Promise<readonly AnyMessage[]> {
    const permit = readPermit(event.permit.body);
    const catalog = this.policy.catalogOf(permit.catalogVersion);
    const outputTokensMax = event.request.maxOutputTokens;
    const selection = select({ permit, catalog, classification: event.classification, earlier: answerRounds(roundsSinceWait(event.earlier)), outputTokensMax, health: this.health() });
    if (selection !== null) return [message("selected", { ...event, meta: nextMeta(event.meta, "selected"), selection })];
    const refusal = refusalWith("no_eligible_candidate", "no permitted candidate is in the catalog any more");
    const { opinionOn, earlier } = event;
    if (opinionOn?.required === false) return [message("classified", afterOpinion(event.meta, opinionOn, withoutOpinion(opinionOn.classification, refusal.message), earlier))];
    const { policyVersion, catalogVersion } = permit;
    const trail = { ...earlyTrail(opinionOn ? aboutSubject(event, opinionOn) : event), signedPermit: event.permit, permit, policyVersion, catalogVersion, catalog };
    return this.answers.send(refusalOf(trail, opinionOn ? missingOpinion(refusal) : refusal));
  }

  /** As the fleet sees it now. A redelivered event may find it otherwise; what was funded first counts all the same. */
  private health(): SelectionHealth {
    const { book } = this.fleet;
    const nowMicros = this.clock.nowMicros();
    return { bandOf: (id) => book.bandOf(id, nowMicros), loadOf: (id) => book.loadOf(id, nowMicros), measuredOf: (id) => book.measuredOf(id, nowMicros) };
  }
}
