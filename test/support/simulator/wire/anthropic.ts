import { type Ask, BadRequest } from "../ask";
import { parseAnthropicRequest } from "./anthropic-request";
import { bearerOf, checkKey, headerOf, retryAfterHeader } from "./http-habits";
import {
  BAD_GATEWAY,
  pieces,
  type ErrorBody,
  type ProviderError,
  type RateLimit,
  type Reply,
  type ReplyToolCall,
  type Target,
  type Usage,
  type Wire,
} from "./reply";

const ERRORS: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ["invalid_request_error", "Invalid request"],
  401: ["authentication_error", "invalid x-api-key"],
  403: ["permission_error", "Your API key does not have permission to use the specified resource"],
  404: ["not_found_error", "Not found"],
  413: ["request_too_large", "Request exceeds the maximum allowed number of bytes"],
  429: ["rate_limit_error", "This request would exceed your account's rate limit. Please try again later."],
  504: ["timeout_error", "Request timed out"],
  529: ["overloaded_error", "Overloaded"],
};
const INVALID = ["invalid_request_error", "Invalid request"] as const;
const API_ERROR = ["api_error", "Internal server error"] as const;

function errorBody({ status, message, requestId }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  const [type, words] = ERRORS[status] ?? (status < 500 ? INVALID : API_ERROR);
  const body = { type: "error", error: { type, message: message ?? words }, request_id: requestId };
  return { contentType: "application/json", text: JSON.stringify(body) };
}

function usageBody(usage: Usage, output: number): object {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { thinking_tokens: Math.min(usage.reasoning, output) },
    service_tier: "standard",
    inference_geo: "not_available",
    server_tool_use: null,
    speed: null,
  };
}

function refused(reply: Reply): boolean {
  return reply.ending === "refused" || reply.ending === "filtered";
}

function stopReason(reply: Reply): string {
  if (refused(reply)) return "refusal";
  if (reply.ending === "truncated") return "max_tokens";
  return reply.toolCalls.length > 0 ? "tool_use" : "end_turn";
}

function stopDetails(reply: Reply): object | null {
  if (!refused(reply)) return null;
  return { type: "refusal", category: "general_harms", explanation: reply.text };
}

const toolUse = ({ id, name }: ReplyToolCall, input: unknown): object => ({ type: "tool_use", id: `toolu_${id}`, name, input, caller: { type: "direct" } });
const textBlock = (text: string): object => ({ type: "text", text, citations: null });

function answer(ask: Ask, reply: Reply): string {
  return JSON.stringify({
    id: `msg_${reply.id}`,
    type: "message",
    role: "assistant",
    model: ask.model,
    content: refused(reply) ? [] : [...(reply.text === "" ? [] : [textBlock(reply.text)]), ...reply.toolCalls.map((call) => toolUse(call, JSON.parse(call.arguments)))],
    stop_reason: stopReason(reply),
    stop_sequence: null,
    stop_details: stopDetails(reply),
    container: null,
    diagnostics: null,
    usage: usageBody(reply.usage, reply.usage.output),
  });
}

function frame(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

function frames(ask: Ask, reply: Reply): string[] {
  const message = {
    id: `msg_${reply.id}`,
    type: "message",
    role: "assistant",
    model: ask.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    // At the start one output token is counted at most; the final count comes with message_delta.
    usage: usageBody(reply.usage, Math.min(1, reply.usage.output)),
  };
  const list = [frame("message_start", { message })];
  let index = 0;
  const block = (content_block: object, deltas: readonly object[]): void => {
    list.push(frame("content_block_start", { index, content_block }));
    if (index === 0) list.push(frame("ping", {}));
    for (const delta of deltas) list.push(frame("content_block_delta", { index, delta }));
    list.push(frame("content_block_stop", { index }));
    index += 1;
  };
  if (!refused(reply) && reply.text !== "") block(textBlock(""), pieces(reply.text).map((text) => ({ type: "text_delta", text })));
  for (const call of reply.toolCalls) block(toolUse(call, {}), ["", ...pieces(call.arguments)].map((partial_json) => ({ type: "input_json_delta", partial_json })));
  list.push(
    frame("message_delta", {
      delta: { stop_reason: stopReason(reply), stop_sequence: null, stop_details: stopDetails(reply), container: null },
      usage: {
        input_tokens: reply.usage.input,
        cache_creation_input_tokens: reply.usage.cacheWrite,
        cache_read_input_tokens: reply.usage.cacheRead,
        output_tokens: reply.usage.output,
        output_tokens_details: { thinking_tokens: reply.usage.reasoning },
        server_tool_use: null,
      },
    }),
    frame("message_stop", {}),
  );
  return list;
}

function headers(requestId: string, limit: RateLimit): Record<string, string> {
  // The window is the wall clock's minute, so that is when the requests are granted anew.
  const reset = new Date(Math.ceil(Date.now() / 60_000) * 60_000).toISOString();
  return {
    "request-id": requestId,
    "anthropic-organization-id": "00000000-0000-4000-8000-000000000000",
    "anthropic-ratelimit-requests-limit": String(limit.requestsPerMinute),
    "anthropic-ratelimit-requests-remaining": String(limit.requestsLeft),
    "anthropic-ratelimit-requests-reset": reset,
    "anthropic-ratelimit-input-tokens-limit": "30000000",
    "anthropic-ratelimit-input-tokens-remaining": "29999000",
    "anthropic-ratelimit-input-tokens-reset": reset,
    "anthropic-ratelimit-output-tokens-limit": "6000000",
    "anthropic-ratelimit-output-tokens-remaining": "5999000",
    "anthropic-ratelimit-output-tokens-reset": reset,
  };
}

function authenticate(target: Target, keys: ReadonlySet<string> | null): void {
  checkKey(headerOf(target, "x-api-key") || bearerOf(target), keys);
  if (headerOf(target, "anthropic-version") === "") throw new BadRequest("anthropic-version: header is required");
}

export const ANTHROPIC_WIRE: Wire = {
  api: "anthropic",
  path: /^\/v1\/messages$/,
  authenticate,
  parse: (body) => parseAnthropicRequest(body),
  answer,
  stream: {
    frames,
    errorFrame: (requestId) => `event: error\ndata: ${errorBody({ status: 529, requestId }).text}\n\n`,
    malformedFrame: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"te\n\n',
  },
  error: errorBody,
  errorHeaders: retryAfterHeader,
  brokenStatus: 529,
  headers,
};
