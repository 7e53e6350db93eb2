import type { FunctionCall, GenerateContentResponse } from "@google/genai";
import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import type { ToolCall } from "@leverframe/prompt";
import { toolCallId, toolName } from "./tool-call-ids";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  IMAGE_SAFETY: "content_filter",
  MALFORMED_FUNCTION_CALL: "other",
};

/** A response, as it came or put together from its stream, in the words of the port. */
export function generatedAnswerOf(response: GenerateContentResponse, call: ProviderCall, region: string | null): ProviderAnswer {
  const usage = generatedUsageOf(response);
  const providerRequestId = response.responseId ?? null;
  const candidate = response.candidates?.[0];
  const blocked = response.promptFeedback?.blockReason;
  if (!candidate && !blocked) {
    const { id } = call.deployment.provider;
    throw new ProviderError("malformed_output", `\`${id}\` answered without a candidate`, { usage, providerRequestId });
  }
  const parts = candidate?.content?.parts ?? [];
  const toolCalls = parts.flatMap(({ functionCall }) => (functionCall ? [functionCall] : [])).map((asked, index) => toolCallOf(asked, call, index));
  const told = blocked ? "content_filter" : (FINISH_REASONS[String(candidate?.finishReason)] ?? "other");
  // The API calls an answer that asks for tools an ordinary end.
  const ending = told === "stop" && toolCalls.length > 0 ? "tool_calls" : told;
  return {
    // A part may hold the model's thoughts, which are no part of its answer.
    text: parts.map(({ text, thought }) => (thought ? "" : (text ?? ""))).join(""),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    finishReason: ending,
    refused: ending === "content_filter",
    usage,
    providerRequestId,
    model: response.modelVersion ?? call.deployment.providerModel,
    region,
    rateLimit: null,
  };
}

/** Most models give no ids. */
export const toolCallOf = ({ id, name, args }: FunctionCall, call: ProviderCall, index: number): ToolCall => ({
  id: toolCallId(id, call, index),
  name: toolName(name),
  arguments: JSON.stringify(args ?? {}),
});

/** Thoughts are counted beside the answer's tokens; ours, as billed, are part of the output. */
export function generatedUsageOf({ usageMetadata: usage }: Pick<GenerateContentResponse, "usageMetadata">): Usage | null {
  if (!usage) return null;
  const reasoningTokens = usage.thoughtsTokenCount ?? 0;
  return {
    inputTokens: (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
    cachedInputTokens: usage.cachedContentTokenCount ?? 0,
    cacheWriteTokens: 0,
    outputTokens: (usage.candidatesTokenCount ?? 0) + reasoningTokens,
    reasoningTokens,
  };
}
