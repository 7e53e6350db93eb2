import type { Funded, Request } from "@leverframe/events";
import { AppError, reservationId } from "@leverframe/kernel";
import { type Obligations, readPermit } from "@leverframe/permit";
import { type ChatPrompt, inputTokensBound, readChatPrompt } from "@leverframe/prompt";
import type { CallOrder } from "./call-order";
import { type CallFailure, isFailure } from "./permit-check";
import type { RedactPrompt, RedactedPrompt } from "./redact-prompt";

/** What all calls of a plan share; the prompt's part of it is replaced when the prompt is pruned. */
export type SharedOrder = Pick<
  CallOrder,
  | "permit" | "requestId" | "tenant" | "requestDigest" | "receivedAtMicros" | "deadlineAtMicros" | "round" | "redacted"
  | "temperature" | "outputSchema" | "stop" | keyof PromptPart
>;

type PromptPart = Pick<CallOrder, "messages" | "tools" | "toolChoice" | "inputTokensMax">;

export interface PlanOrder {
  readonly shared: SharedOrder;
  /** As it is sent: redacted. */
  readonly prompt: ChatPrompt;
  readonly restore: RedactedPrompt["restore"];
  /** What the permit's bytes claim. Safe to follow in a plan: the governed call refuses a permit that is not authentic. */
  readonly obligations: Obligations;
}

export interface PlanOrderDeps {
  /** sha256 of prompt and parameters, by the same function that the permit was made with. */
  readonly requestDigest: (request: Request) => string;
  readonly redact: RedactPrompt;
}

/** What the plan's calls share, computed from the request itself: an event's claims about it may be forged. */
export function planOrder(deps: PlanOrderDeps, funded: Funded, stop?: AbortSignal): PlanOrder | CallFailure {
  const { meta, origin, request, funding } = funded;
  const expected = reservationId(meta.requestId, meta.round);
  if (funding.reservationId !== expected) {
    const message = `reservation is \`${funding.reservationId}\`; expected \`${expected}\``;
    return { code: "reservation_invalid", message };
  }
  const asked = promptOf(request);
  if (isFailure(asked)) return asked;
  const obligations = obligationsOf(funded.permit.body);
  if (isFailure(obligations)) return obligations;
  const redacted = deps.redact(asked, request.outputSchema, obligations);
  if (isFailure(redacted)) return redacted;
  const { prompt, restore } = redacted;
  const shared = {
    permit: funded.permit,
    requestId: meta.requestId,
    tenant: origin.tenant,
    requestDigest: deps.requestDigest(request),
    receivedAtMicros: origin.receivedAt,
    deadlineAtMicros: origin.deadlineAt,
    round: meta.round,
    redacted: obligations.redact,
    temperature: request.temperature,
    outputSchema: request.outputSchema,
    ...promptPart(prompt, request.outputSchema),
    ...(stop ? { stop } : {}),
  };
  return { shared, prompt, restore, obligations };
}

export function promptPart(prompt: ChatPrompt, outputSchema: string | null): PromptPart {
  return {
    messages: prompt.messages,
    ...(prompt.tools ? { tools: prompt.tools } : {}),
    ...(prompt.toolChoice === undefined ? {} : { toolChoice: prompt.toolChoice }),
    inputTokensMax: inputTokensBound(prompt, outputSchema),
  };
}

function obligationsOf(body: Uint8Array): Obligations | CallFailure {
  try {
    return readPermit(body).obligations;
  } catch (thrown) {
    if (thrown instanceof AppError && !thrown.retryable) return { code: "permit_invalid", message: thrown.message };
    throw thrown;
  }
}

function promptOf(request: Request): ChatPrompt | CallFailure {
  try {
    return readChatPrompt(request.prompt);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "bad_input") return { code: "bad_input", message: thrown.message };
    throw thrown;
  }
}
