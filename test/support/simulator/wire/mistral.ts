import { BadRequest, isObject } from "../ask";
import { retryAfterHeader, authenticateBearer } from "./http-habits";
import { CHAT_BREAKS, plainCompletion } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import { chatFrames } from "./openai-stream";
import { BAD_GATEWAY, type ErrorBody, type ProviderError, type RateLimit, type Reply, type Wire } from "./reply";

const FIELDS: ReadonlySet<string> = new Set([
  "model", "messages", "max_tokens", "temperature", "top_p", "stream", "stop", "random_seed", "metadata", "response_format", "tools",
  "tool_choice", "presence_penalty", "frequency_penalty", "n", "prediction", "parallel_tool_calls", "prompt_mode", "safe_prompt",
]);

const TYPES: Readonly<Record<number, string>> = { 401: "authentication_error", 429: "rate_limit_error" };

function error({ status, message, parameter }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  const type = TYPES[status] ?? (status < 500 ? "invalid_request_error" : "server_error");
  const body = { object: "error", message: message ?? "Something is wrong.", type, param: parameter ?? null, code: null };
  return { contentType: "application/json", text: JSON.stringify(body) };
}

function headers(requestId: string, { requestsLeft, requestsPerMinute }: RateLimit): Record<string, string> {
  return {
    "mistral-correlation-id": requestId,
    "x-ratelimit-limit-req-minute": String(requestsPerMinute),
    "x-ratelimit-remaining-req-minute": String(requestsLeft),
    "x-ratelimit-remaining-tokens-minute": "29999000",
  };
}

function usageOf({ usage: { input, cacheRead, cacheWrite, output } }: Reply): object {
  const prompt = input + cacheRead + cacheWrite;
  return { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output };
}

const TOOL_CALL_ID = /^[A-Za-z0-9]{9}$/;

function checkIds(body: unknown): void {
  const messages = isObject(body) && Array.isArray(body["messages"]) ? body["messages"] : [];
  const ids = messages.flatMap(({ tool_calls = [], tool_call_id }: { tool_calls?: { id: unknown }[]; tool_call_id?: unknown }) => [...tool_calls.map(({ id }) => id), ...(tool_call_id === undefined ? [] : [tool_call_id])]);
  const wrong = ids.find((id) => !TOOL_CALL_ID.test(String(id)));
  if (wrong !== undefined) throw new BadRequest(`Tool call id was ${String(wrong)} but must be a-z, A-Z, 0-9, with a length of 9.`, "messages", 400);
}

/** Mistral's platform: chat completions, but a field that it does not know is refused, and a refusal is a text as any other. */
export const MISTRAL_WIRE: Wire = {
  api: "mistral",
  path: /^\/v1\/chat\/completions$/,
  authenticate: authenticateBearer,
  parse: (body) => {
    const unknown = isObject(body) ? Object.keys(body).find((name) => !FIELDS.has(name)) : undefined;
    if (unknown !== undefined) throw new BadRequest(`Extra inputs are not permitted: ${unknown}`, unknown, 422);
    checkIds(body);
    return parseOpenAiRequest(body, "mistral");
  },
  answer: (ask, reply) => JSON.stringify({ ...plainCompletion(ask, reply, ""), usage: usageOf(reply) }),
  stream: {
    ...CHAT_BREAKS,
    frames: (ask, reply) => {
      const head = { id: reply.id, object: "chat.completion.chunk", created: reply.createdSeconds, model: ask.model };
      return chatFrames(ask, reply, { head, usage: usageOf(reply), usageIn: "ending", refusals: false, toolCalls: "whole", toolCallIdPrefix: "" });
    },
    errorFrame: (requestId) => `data: ${error({ status: 500, requestId }).text}\n\n`,
  },
  error,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers,
};
