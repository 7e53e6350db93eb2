import type { Ask } from "../ask";
import { authenticateBearer, retryAfterHeader } from "./http-habits";
import { parseOpenAiRequest } from "./openai-request";
import { type ChatStreamStyle, chatFrames, finishReason } from "./openai-stream";
import {
  BAD_GATEWAY,
  type ErrorBody,
  type ProviderError,
  type RateLimit,
  type Reply,
  type Usage,
  type Wire,
} from "./reply";

interface ErrorWords {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
}

const ERRORS: Readonly<Record<number, ErrorWords>> = {
  400: { message: "Invalid request.", type: "invalid_request_error", code: null },
  401: { message: "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key" },
  403: { message: "Country, region, or territory not supported", type: "request_forbidden", code: null },
  404: { message: "The model does not exist.", type: "invalid_request_error", code: "model_not_found" },
  413: { message: "Request too large.", type: "invalid_request_error", code: "request_too_large" },
  429: { message: "Rate limit reached for requests.", type: "requests", code: "rate_limit_exceeded" },
  503: { message: "The engine is currently overloaded, please try again later.", type: "server_error", code: null },
};
const SERVER_ERROR: ErrorWords = {
  message: "The server had an error while processing your request. Sorry about that!",
  type: "server_error",
  code: null,
};

export function errorBody({ status, message, parameter }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  const words = ERRORS[status] ?? (status < 500 ? ERRORS[400] : undefined) ?? SERVER_ERROR;
  const error = {
    message: message ?? words.message,
    type: words.type,
    param: parameter ?? null,
    code: words.code,
  };
  return { contentType: "application/json", text: JSON.stringify({ error }) };
}

export function usageBody(usage: Usage): object {
  const promptTokens = usage.input + usage.cacheRead + usage.cacheWrite;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: usage.output,
    total_tokens: promptTokens + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** The calls of tools that a message asks for. */
export const toolCallsBody = ({ toolCalls }: Reply, idPrefix: string) =>
  toolCalls.map(({ id, name, arguments: text }) => ({ id: idPrefix + id, type: "function", function: { name, arguments: text } }));

const withToolCalls = (reply: Reply, idPrefix: string): object => (reply.toolCalls.length === 0 ? {} : { tool_calls: toolCallsBody(reply, idPrefix) });

/** The body of an answer; dialects change parts of it. */
export function completion(ask: Ask, reply: Reply) {
  const refused = reply.ending === "refused";
  return {
    id: `chatcmpl-${reply.id}`,
    object: "chat.completion",
    created: reply.createdSeconds,
    model: ask.model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: refused || (reply.text === "" && reply.toolCalls.length > 0) ? null : reply.text,
          refusal: refused ? reply.text : null,
          annotations: [],
          ...withToolCalls(reply, "call_"),
        },
        logprobs: null,
        finish_reason: finishReason(reply),
      },
    ],
    usage: usageBody(reply.usage),
    service_tier: "default",
    system_fingerprint: "fp_simulator",
  };
}

/** An answer of a provider that has no word for a refusal: it is a text as any other. */
export function plainCompletion(ask: Ask, reply: Reply, toolCallIdPrefix = "call_") {
  const body = completion(ask, reply);
  const message = { role: "assistant", content: reply.text, ...withToolCalls(reply, toolCallIdPrefix) };
  return { id: body.id, object: body.object, created: body.created, model: body.model, choices: [{ index: 0, message, finish_reason: finishReason(reply) }] };
}

/** OpenAI's own way to stream; dialects change parts of it. */
export const chatStyle = (ask: Ask, reply: Reply): ChatStreamStyle => ({
  head: {
    id: `chatcmpl-${reply.id}`,
    object: "chat.completion.chunk",
    created: reply.createdSeconds,
    model: ask.model,
    service_tier: "default",
    system_fingerprint: "fp_simulator",
    // With include_usage every chunk but the last carries a null usage, as the documentation has it.
    ...(ask.includeUsage ? { usage: null } : {}),
  },
  usage: ask.includeUsage ? usageBody(reply.usage) : null,
  usageIn: "own-chunk",
  refusals: true,
  toolCalls: "pieces",
  toolCallIdPrefix: "call_",
  choiceFields: { logprobs: null },
});

/** An error event, and one that is cut, as most dialects have them. */
export const CHAT_BREAKS = {
  errorFrame: (requestId: string) => `data: ${errorBody({ status: 500, requestId }).text}\n\n`,
  malformedFrame: 'data: {"id":"chatcmpl-","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"conte\n\n',
};

function headers(requestId: string, limit: RateLimit): Record<string, string> {
  return {
    "x-request-id": requestId,
    "openai-processing-ms": "1",
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": String(limit.requestsPerMinute),
    "x-ratelimit-remaining-requests": String(limit.requestsLeft),
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-limit-tokens": "30000000",
    "x-ratelimit-remaining-tokens": "29999000",
    "x-ratelimit-reset-tokens": "2ms",
  };
}

export const OPENAI_WIRE: Wire = {
  api: "openai",
  path: /^\/v1\/chat\/completions$/,
  authenticate: authenticateBearer,
  parse: (body) => parseOpenAiRequest(body),
  answer: (ask, reply) => JSON.stringify(completion(ask, reply)),
  stream: {
    frames: (ask, reply) => chatFrames(ask, reply, chatStyle(ask, reply)),
    ...CHAT_BREAKS,
  },
  error: errorBody,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers,
};
