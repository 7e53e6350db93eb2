import { usageOf } from "./chat-answer";
import { chatOf, jsonSchemaFormat } from "./chat-body";
import type { ChatDialect } from "./chat-dialect";

/**
 * Hugging Face's router to inference providers, and its dedicated endpoints by `baseUrl`. A `providerModel` may pin who
 * computes, as in `meta-llama/Llama-3.3-70B-Instruct:nebius`; without it the router chooses.
 */
export const HUGGINGFACE: ChatDialect = {
  baseUrl: "https://router.huggingface.co/v1",
  bodyOf: (call) => ({ ...chatOf(call), max_tokens: call.maxOutputTokens, ...jsonSchemaFormat(call) }),
  usageOf,
  // Text Generation Inference, which serves the dedicated endpoints.
  finishReasons: { eos_token: "stop", stop_sequence: "stop" },
  // Requests on a dedicated endpoint that is starting up.
  errors: { statuses: { 424: "unavailable" } },
};
