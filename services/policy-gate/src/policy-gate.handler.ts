import { Inject } from "@nestjs/common";
import { type AnyMessage, message } from "@leverframe/contracts";
import { OPINION_CHARS_MAX, withoutOpinion } from "@leverframe/classification";
import { earlyTrail, missingOpinion, nextMeta, OPINION_ROUND, refusalOf, refusalWith } from "@leverframe/decision";
import type { Classified, SignedPermit } from "@leverframe/events";
import { type Digest, type Hmac, MICROS_PER_SECOND } from "@leverframe/kernel";
import { DIGEST, HMAC, On, Stage } from "@leverframe/nest";
import { type KeyRing, encodePermit, type Permit, signPermit } from "@leverframe/permit";
import { decideCounted, type OpinionTerms, type PolicyAnswer, type PolicySet, wantsOpinion } from "@leverframe/policy";
import { type CountTokens, countPrompt } from "@leverframe/prompt";
import { BudgetBands } from "./budget-bands";
import { permitOfQuestion, questionAbout } from "./opinion-question";
import { ProviderBands } from "./provider-bands";
import { ANSWERS, type AnswerDesk, COUNT_TOKENS, KEY_RING, POLICY, type PolicySource, waitedBefore } from "@leverframe/wiring";

type State = Readonly<Record<string, string>>;

const NOTHING_TO_ASK = { permit: null, refusal: refusalWith("bad_input", `the text is empty or longer than ${OPINION_CHARS_MAX} characters`) };

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
    @Inject(DIGEST) private readonly digest: Digest,
  ) {}

  @On("classified")
  async permit(event: Classified): Promise<readonly AnyMessage[]> {
    const set = this.policy.current();
    const waited = waitedSecondsOf(event);
    // Who waited is judged, and pays, by the moment at which it goes on.
    const origin = waited === null ? event.origin : { ...event.origin, receivedAt: event.meta.occurredAt };
    const bands = { ...(await this.bands.stateOf(set, origin, event.request.agentRun)), ...this.providers.stateOf(set) };
    const state = waited === null ? bands : { ...bands, deferredSeconds: String(waited) };
    const terms = set.routes.secondOpinion;
    return waited === null && wantsOpinion(terms, event.classification) ? this.permitQuestion(set, terms, event, state) : this.permitRequest(set, event, state);
  }

  private async permitRequest(set: PolicySet, event: Classified, state: State): Promise<readonly AnyMessage[]> {
    const { permit, refusal, policyVersion, catalogVersion } = await this.decide(set, event, state);
    if (permit === null) return this.answers.send(refusalOf({ ...earlyTrail(event), policyVersion, catalogVersion }, refusal));
    return [message("permitted", { ...event, meta: nextMeta(event.meta, "permitted"), permit: this.sign(permit), opinionOn: null })];
  }

  /** Somebody is asked first what the request is, if the rules allow it; else the rules' answer stands, or the request does not go on. */
  private async permitQuestion(set: PolicySet, terms: OpinionTerms, event: Classified, state: State): Promise<readonly AnyMessage[]> {
    const question = questionAbout(event, terms, this.digest);
    const { permit, refusal } = question === null ? NOTHING_TO_ASK : await this.decide(set, { ...event, ...question }, state);
    if (question !== null && permit !== null) {
      const meta = nextMeta(event.meta, "permitted", OPINION_ROUND);
      return [message("permitted", { ...event, ...question, meta, permit: this.sign(permitOfQuestion(permit)) })];
    }
    const why = refusal ?? NOTHING_TO_ASK.refusal;
    if (!terms.required) return this.permitRequest(set, { ...event, classification: withoutOpinion(event.classification, why.message) }, state);
    const { version: policyVersion, catalog } = set;
    return this.answers.send(refusalOf({ ...earlyTrail(event), policyVersion, catalogVersion: catalog.version }, missingOpinion(why)));
  }

  private decide(set: PolicySet, event: Classified, state: State): Promise<PolicyAnswer> {
    return decideCounted(set, { ...event, requestId: event.meta.requestId, state }, (models) => countPrompt(models, event.request, this.countTokens));
  }

  private sign(permit: Permit): SignedPermit {
    return signPermit(encodePermit(permit), this.keys.signing, this.hmac);
  }
}

/** How long ago a request arrived that comes from waiting; null: it never waited. It stands on the permit, as moving state does. */
function waitedSecondsOf({ meta, origin }: Classified): number | null {
  if (!waitedBefore(meta.causationId, meta.requestId)) return null;
  return Math.max(0, Math.floor((meta.occurredAt - origin.receivedAt) / MICROS_PER_SECOND));
}
