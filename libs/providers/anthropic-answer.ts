import type { Message } from "@anthropic-ai/sdk/resources/messages";
import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import { argumentsText } from "./chat-answer";
import type { AnswerHeaders } from "./chat-dialect";
import { rateLimitOf } from "./rate-limit";
import { toolCallId, toolName } from "./tool-call-ids";

export const REQUEST_ID = "request-id";
const RATE_LIMIT = { requests: "anthropic-ratelimit-requests-remaining", tokens: "anthropic-ratelimit-input-tokens-remaining" };

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

/** A message, as it came or put together from its stream, in the words of the port. */
export function messageAnswerOf(message: Message, headers: AnswerHeaders, call: ProviderCall): ProviderAnswer {
  const usage = messageUsageOf(message?.usage);
  const providerRequestId = headers.get(REQUEST_ID);
  const provider = call.deployment.provider.id;
  if (!Array.isArray(message?.content)) {
    throw new ProviderError("malformed_output", `\`${provider}\` answered without content`, { usage, providerRequestId });
  }
  const text = message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
  const toolCalls = message.content
    .filter((block) => block.type === "tool_use")
    .map(({ id, name, input }, index) => ({ id: toolCallId(id, call, index), name: toolName(name), arguments: argumentsText(input) }));
  const refused = message.stop_reason === "refusal";
  return {
    text,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    finishReason: FINISH_REASONS[message.stop_reason ?? ""] ?? "other",
    refused,
    usage,
    providerRequestId,
    model: message.model,
    region: null,
    rateLimit: rateLimitOf(headers, RATE_LIMIT),
  };
}

/** Anthropic counts cached tokens beside the input's; ours, as OpenAI's, are part of it. */
export function messageUsageOf(usage: Message["usage"] | undefined): Usage | null {
  if (!usage) return null;
  const cached = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  return {
    inputTokens: usage.input_tokens + cached + written,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    outputTokens: usage.output_tokens,
    reasoningTokens: usage.output_tokens_details?.thinking_tokens ?? 0,
  };
}
