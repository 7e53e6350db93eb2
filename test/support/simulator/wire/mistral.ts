import { BadRequest, isObject } from "../ask";
import { retryAfterHeader, authenticateBearer } from "./http-habits";
import { plainCompletion } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import { BAD_GATEWAY, type ErrorBody, type ProviderError, type RateLimit, type Wire } from "./reply";

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

/** Mistral's platform: chat completions, but a field that it does not know is refused, and a refusal is a text as any other. */
export const MISTRAL_WIRE: Wire = {
  api: "mistral",
  path: /^\/v1\/chat\/completions$/,
  authenticate: authenticateBearer,
  parse: (body) => {
    const unknown = isObject(body) ? Object.keys(body).find((name) => !FIELDS.has(name)) : undefined;
    if (unknown !== undefined) throw new BadRequest(`Extra inputs are not permitted: ${unknown}`, unknown, 422);
    return parseOpenAiRequest(body, "mistral");
  },
  answer: (ask, reply) => {
    const { input, cacheRead, cacheWrite, output } = reply.usage;
    const prompt = input + cacheRead + cacheWrite;
    const usage = { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output };
    return JSON.stringify({ ...plainCompletion(ask, reply), usage });
  },
  stream: null,
  error,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers,
};
