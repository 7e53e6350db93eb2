import { opinionQuestion } from "@leverframe/classification";
import { opinionDeadline } from "@leverframe/decision";
import type { Classification, Classified, OpinionSubject, Origin, Request } from "@leverframe/events";
import type { Digest } from "@leverframe/kernel";
import { type Permit, requestDigest } from "@leverframe/permit";
import type { OpinionTerms } from "@leverframe/policy";
import { inputTokensBound, readChatPrompt } from "@leverframe/prompt";

/** What goes through the pipe instead of the request, until somebody has said what the request is. */
export interface Question {
  readonly request: Request;
  readonly origin: Origin;
  readonly classification: Classification;
  readonly opinionOn: OpinionSubject;
}

/**
 * The question of a second opinion as a request of the same people, on the route of such questions. Its digest is its own, so
 * its permit serves nothing else, and its size is its own, so its reservation covers what is sent. Everything else that rules
 * may ask about is as the rules found it for the request: its text goes only where the request may go. Null when there is
 * nothing, or too much, to ask about.
 */
export function questionAbout({ request, origin, classification }: Classified, { route, latencyMsMax, required }: OpinionTerms, digest: Digest): Question | null {
  const question = opinionQuestion(request.prompt);
  if (question === null) return null;
  const asking: Request = { ...request, ...question, route };
  return {
    request: asking,
    origin: { ...origin, requestDigest: requestDigest(asking, digest), deadlineAt: opinionDeadline(origin, latencyMsMax) },
    classification: {
      ...classification,
      capabilities: [...new Set([...classification.capabilities, "json"])].sort(),
      inputTokensMax: inputTokensBound(readChatPrompt(question.prompt), question.outputSchema),
    },
    opinionOn: { request, origin, classification, required },
  };
}

/** The permit of a question: one plan, nothing of it shown or called twice at once, whatever answers may be. */
export function permitOfQuestion(permit: Permit): Permit {
  return {
    ...permit,
    permitId: permit.permitId.replace(/\.permit\.(?=[^.]*$)/, ".opinion."),
    obligations: { ...permit.obligations, escalationsMax: 0, streaming: false, hedge: false, hedgeAfterMs: null, deferSecondsMax: null },
  };
}
