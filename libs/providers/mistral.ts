import { type ChatDialect, messagesOf, usageOf } from "./chat-completions";
import { jsonSchemaFormat } from "./openai";

/**
 * Mistral's own platform. Its SDK is not used: it takes 0.3 s of CPU and 20 MB to load, validates each message and
 * each answer a second time (four times the CPU of OpenAI's), and cannot run over our transport, while the wire is
 * OpenAI's but for what is said here.
 */
export const MISTRAL: ChatDialect = {
  baseUrl: "https://api.mistral.ai/v1",
  // Fields that it does not know, the newer name of the limit among them, are refused (422).
  bodyOf: (call) => ({ ...messagesOf(call), max_tokens: call.maxOutputTokens, ...jsonSchemaFormat(call) }),
  usageOf,
  finishReasons: { model_length: "length" },
  failedEndings: { error: "unavailable" },
  requestIdHeader: "mistral-correlation-id",
  rateLimit: { requests: "x-ratelimit-remaining-req-minute", tokens: "x-ratelimit-remaining-tokens-minute" },
};
