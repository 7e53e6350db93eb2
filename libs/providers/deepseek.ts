import type { Usage } from "@leverframe/events";
import type { ProviderCall } from "@leverframe/execution";
import type { ChatCompletion } from "openai/resources/chat/completions";
import { chatOf } from "./chat-body";
import type { ChatBody, ChatDialect } from "./chat-dialect";
import { takeImages } from "./takes";

/** Stands before the schema; shorter than the room that the bound of input tokens has for it. */
const SCHEMA_INSTRUCTION = "Answer in JSON that satisfies this JSON Schema:\n";

interface DeepSeekUsage {
  readonly prompt_cache_hit_tokens?: number;
}

/** DeepSeek's own platform. It makes JSON but takes no schema, so the schema is told to the model in words. */
export const DEEPSEEK: ChatDialect = {
  baseUrl: "https://api.deepseek.com",
  bodyOf: (call) => {
    takeImages(call, () => false);
    const chat = chatOf(call);
    return { ...chat, max_tokens: call.maxOutputTokens, ...jsonIn(call, chat) };
  },
  usageOf: deepSeekUsage,
  // The answer so far is cut off and useless; it was generated all the same.
  failedEndings: { insufficient_system_resource: "overloaded" },
  requestIdHeader: "x-ds-trace-id",
};

function jsonIn({ outputSchema }: ProviderCall, { messages }: ChatBody): Partial<ChatBody> {
  if (outputSchema === null) return {};
  const told = { role: "system", content: SCHEMA_INSTRUCTION + outputSchema } as const;
  return { messages: [told, ...messages], response_format: { type: "json_object" } };
}

function deepSeekUsage({ usage }: ChatCompletion): Usage | null {
  if (!usage) return null;
  const cached = (usage as DeepSeekUsage).prompt_cache_hit_tokens ?? usage.prompt_tokens_details?.cached_tokens ?? 0;
  return {
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: cached,
    cacheWriteTokens: 0,
    outputTokens: usage.completion_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}
