import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAnswer, type ProviderCall, ProviderError, type ProviderErrorKind } from "@leverframe/execution";
import type { Cohere } from "cohere-ai";
import { argumentsText } from "./chat-answer";
import { toolCallId, toolName } from "./tool-call-ids";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "length",
  TOOL_CALL: "tool_calls",
};

const FAILED_ENDINGS: Readonly<Record<string, ProviderErrorKind>> = { ERROR: "unavailable", TIMEOUT: "timeout" };

/** A response, as it came or put together from its stream, in the words of the port. */
export function cohereAnswerOf(response: Cohere.V2ChatResponse, call: ProviderCall): ProviderAnswer {
  const { deployment } = call;
  const usage = cohereUsageOf(response.usage);
  const providerRequestId = response.id ?? null;
  const provider = deployment.provider.id;
  if (!response.message) throw new ProviderError("malformed_output", `\`${provider}\` answered without a message`, { usage, providerRequestId });
  const failed = FAILED_ENDINGS[response.finishReason];
  if (failed !== undefined) {
    const billed = usage === null ? "unknown" : "yes";
    throw new ProviderError(failed, `\`${provider}\` broke its answer off (${response.finishReason})`, { usage, providerRequestId, billed });
  }
  const { content = [], toolPlan = "", toolCalls: asked = [] } = response.message;
  const toolCalls = asked.map(({ id, function: told }, index) => ({ id: toolCallId(id, call, index), name: toolName(told?.name), arguments: argumentsText(told?.arguments) }));
  return {
    // What the model says before it asks for tools has a field of its own.
    text: toolPlan + content.map((part) => (part.type === "text" ? part.text : "")).join(""),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    finishReason: FINISH_REASONS[response.finishReason] ?? "other",
    refused: false,
    usage,
    providerRequestId,
    model: deployment.providerModel,
    region: null,
    rateLimit: null,
  };
}

/** What is billed, which leaves out what Cohere adds to the prompt itself; the tokens counted where that is not told. */
export function cohereUsageOf(usage: Cohere.Usage | undefined): Usage | null {
  const counted = usage?.billedUnits?.inputTokens === undefined ? usage?.tokens : usage.billedUnits;
  if (counted?.inputTokens === undefined || counted.outputTokens === undefined) return null;
  return {
    inputTokens: counted.inputTokens,
    cachedInputTokens: Math.min(usage?.cachedTokens ?? 0, counted.inputTokens),
    cacheWriteTokens: 0,
    outputTokens: counted.outputTokens,
    reasoningTokens: 0,
  };
}
