import { authenticateBearer, retryAfterHeader } from "./http-habits";
import { CHAT_BREAKS, chatStyle, completion, usageBody } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import { chatFrames } from "./openai-stream";
import { BAD_GATEWAY, type ErrorBody, type ProviderError, type Reply, type Wire } from "./reply";

function error({ status, message }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  const body = { error: { code: status, message: message ?? "Provider returned error", metadata: { provider_name: "Simulator" } } };
  return { contentType: "application/json", text: JSON.stringify(body) };
}

const nativeReason = ({ ending }: Reply): string => (ending === "truncated" ? "max_tokens" : ending === "filtered" ? "SAFETY" : "end_turn");

/** OpenRouter: chat completions with the upstream's own words beside the common ones, and ids in the body alone. */
export const OPENROUTER_WIRE: Wire = {
  api: "openrouter",
  path: /^\/api\/v1\/chat\/completions$/,
  authenticate: authenticateBearer,
  parse: (body) => parseOpenAiRequest(body, "openrouter"),
  answer: (ask, reply, requestId) => {
    const body = completion(ask, reply);
    const choices = body.choices.map((choice) => ({ ...choice, native_finish_reason: nativeReason(reply) }));
    const usage = { ...usageBody(reply.usage), cost: 0, is_byok: false };
    return JSON.stringify({ ...body, id: requestId, provider: "Simulator", choices, usage });
  },
  stream: {
    ...CHAT_BREAKS,
    frames: (ask, reply, requestId) => {
      const style = chatStyle(ask, reply);
      const usage = { ...usageBody(reply.usage), cost: 0, is_byok: false };
      // Chunks before the last have no usage at all.
      const head = { ...style.head, id: requestId, provider: "Simulator", usage: undefined };
      return chatFrames(ask, reply, { ...style, head, usage, thoughts: "reasoning", choiceFields: { native_finish_reason: nativeReason(reply) }, before: Array(2).fill(": OPENROUTER PROCESSING\n\n") });
    },
    // The status is 200 and the choice ends in an error.
    errorFrame: (requestId) => {
      const choices = [{ index: 0, delta: { content: "" }, finish_reason: "error", native_finish_reason: "error" }];
      return `data: ${JSON.stringify({ id: requestId, object: "chat.completion.chunk", error: { code: 502, message: "Provider disconnected unexpectedly" }, choices })}\n\n`;
    },
  },
  error,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers: (_requestId, { requestsLeft, requestsPerMinute }) => ({
    "x-ratelimit-limit": String(requestsPerMinute),
    "x-ratelimit-remaining": String(requestsLeft),
  }),
};
