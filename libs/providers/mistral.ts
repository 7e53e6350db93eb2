import { usageOf } from "./chat-answer";
import { chatOf, jsonSchemaFormat } from "./chat-body";
import type { ChatDialect } from "./chat-dialect";
import { withFittingIds } from "./tool-call-ids";

const TOOL_CALL_ID = /^[A-Za-z0-9]{9}$/;
const TOOL_CALL_ID_CHARACTERS = 9;

/**
 * Mistral's own platform. Its SDK is not used: it takes 0.3 s of CPU and 20 MB to load, validates each message and
 * each answer a second time (four times the CPU of OpenAI's), and cannot run over our transport, while the wire is
 * OpenAI's but for what is said here.
 */
export const MISTRAL: ChatDialect = {
  baseUrl: "https://api.mistral.ai/v1",
  // Fields that it does not know, the newer name of the limit among them, are refused (422).
  bodyOf: (call) => ({
    ...chatOf({ ...call, messages: withFittingIds(call.messages, TOOL_CALL_ID, TOOL_CALL_ID_CHARACTERS) }),
    max_tokens: call.maxOutputTokens,
    ...jsonSchemaFormat(call),
  }),
  // Its streams tell their usage unasked.
  streamFields: {},
  usageOf,
  finishReasons: { model_length: "length" },
  failedEndings: { error: "unavailable" },
  requestIdHeader: "mistral-correlation-id",
  rateLimit: { requests: "x-ratelimit-remaining-req-minute", tokens: "x-ratelimit-remaining-tokens-minute" },
};
