import { Inject } from "@nestjs/common";
import { classify } from "@leverframe/classification";
import { type AnyMessage, DEFAULT_APPLICATION, message } from "@leverframe/contracts";
import { earlyTrail, nextMeta, refusalOf, refusalWith } from "@leverframe/decision";
import type { Classification, Request } from "@leverframe/events";
import { AppError, type Digest } from "@leverframe/kernel";
import { DIGEST, type HandlerContext, On, Stage } from "@leverframe/nest";
import { ANSWERS, type AnswerDesk, POLICY, type PolicySource } from "@leverframe/wiring";
import { admit } from "./admission";

@Stage("classifier")
export class ClassifierHandler {
  constructor(
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(ANSWERS) private readonly answers: AnswerDesk,
    @Inject(DIGEST) private readonly digest: Digest,
  ) {}

  @On("requests")
  async classify(request: Request, context: HandlerContext): Promise<readonly AnyMessage[]> {
    const { meta, origin, refusal } = admit(request, arrivalOf(context), this.policy.current().applications, this.digest);
    const classification = refusal ?? classified(request);
    if ("code" in classification) return this.answers.send(refusalOf(earlyTrail({ meta, origin, request }), classification));
    return [message("classified", { meta: nextMeta(meta, "classified"), origin, request, classification, earlier: [] })];
  }
}

/** `@On("requests")` is always handed an ingress topic, which belongs to an application. */
const arrivalOf = ({ application, receivedAtMicros }: HandlerContext) => ({ application: application ?? DEFAULT_APPLICATION, receivedAtMicros });

/** The classification, or the refusal of a prompt that is none: the caller can mend it, so it is answered, not dead-lettered. */
function classified(request: Request): Classification | ReturnType<typeof refusalWith> {
  try {
    return classify(request);
  } catch (error) {
    if (error instanceof AppError && error.code === "bad_input") return refusalWith("bad_input", error.message);
    throw error;
  }
}
