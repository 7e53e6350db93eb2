import { authenticateBearer, retryAfterHeader } from "./http-habits";
import { CHAT_BREAKS, chatStyle, plainCompletion, usageBody } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import { chatFrames } from "./openai-stream";
import { BAD_GATEWAY, type ErrorBody, type ProviderError, type Wire } from "./reply";

const WORDS: Readonly<Record<number, string>> = {
  401: "Invalid username or password.",
  402: "You have exceeded your monthly included credits for Inference Providers.",
  429: "Too Many Requests",
};

function error({ status, message }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  return { contentType: "application/json", text: JSON.stringify({ error: message ?? WORDS[status] ?? "The request could not be served." }) };
}

/** Hugging Face's router: chat completions whose errors are bare texts. */
export const HUGGINGFACE_WIRE: Wire = {
  api: "huggingface",
  path: /^\/v1\/chat\/completions$/,
  authenticate: authenticateBearer,
  parse: (body) => parseOpenAiRequest(body, "huggingface"),
  answer: (ask, reply) => JSON.stringify({ ...plainCompletion(ask, reply), system_fingerprint: "3.3.5-simulator", usage: usageBody(reply.usage) }),
  stream: {
    ...CHAT_BREAKS,
    frames: (ask, reply) => chatFrames(ask, reply, { ...chatStyle(ask, reply), refusals: false, toolCalls: "whole", deltaFields: { role: "assistant" } }),
  },
  error,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers: (requestId) => ({ "x-request-id": requestId, "x-inference-provider": "simulator" }),
};
