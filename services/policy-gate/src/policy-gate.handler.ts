import { Inject } from "@nestjs/common";
import { type AnyMessage, message } from "@leverframe/contracts";
import { earlyTrail, nextMeta, refusalOf } from "@leverframe/decision";
import type { Classified } from "@leverframe/events";
import type { Hmac } from "@leverframe/kernel";
import { HMAC, On, Stage } from "@leverframe/nest";
import { type KeyRing, encodePermit, signPermit } from "@leverframe/permit";
import { decideCounted } from "@leverframe/policy";
import { type CountTokens, countPrompt } from "@leverframe/prompt";
import { BudgetBands } from "./budget-bands";
import { ProviderBands } from "./provider-bands";
import { ANSWERS, type AnswerDesk, COUNT_TOKENS, KEY_RING, POLICY, type PolicySource } from "@leverframe/wiring";

@Stage("policy-gate")
export class PolicyGateHandler {
  constructor(
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(ANSWERS) private readonly answers: AnswerDesk,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(HMAC) private readonly hmac: Hmac,
    @Inject(BudgetBands) private readonly bands: BudgetBands,
    @Inject(ProviderBands) private readonly providers: ProviderBands,
    @Inject(COUNT_TOKENS) private readonly countTokens: CountTokens,
  ) {}

  @On("classified")
  async permit(event: Classified): Promise<readonly AnyMessage[]> {
    const set = this.policy.current();
    const state = { ...(await this.bands.stateOf(set, event.origin, event.request.agentRun)), ...this.providers.stateOf(set) };
    const { permit, refusal, policyVersion, catalogVersion } = await decideCounted(set, { ...event, requestId: event.meta.requestId, state }, (models) =>
      countPrompt(models, event.request, this.countTokens),
    );
    if (permit === null) return this.answers.send(refusalOf({ ...earlyTrail(event), policyVersion, catalogVersion }, refusal));
    const signed = signPermit(encodePermit(permit), this.keys.signing, this.hmac);
    return [message("permitted", { ...event, meta: nextMeta(event.meta, "permitted"), permit: signed })];
  }
}
