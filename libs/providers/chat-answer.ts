import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import type { ToolCall } from "@leverframe/prompt";
import type { ChatCompletion } from "openai/resources/chat/completions";
import type { AnswerHeaders, ChatDialect } from "./chat-dialect";
import { answeredError, type ErrorReading } from "./error-mapping";
import { rateLimitOf } from "./rate-limit";
import { toolCallId, toolName } from "./tool-call-ids";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  content_filter: "content_filter",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
};

/** Where most dialects have the request's id. */
export const REQUEST_ID = "x-request-id";

/** A completion, as it came or put together from its stream, in the words of the port. Throws ProviderError for one that tells a failure. */
export function chatAnswerOf(dialect: ChatDialect, call: ProviderCall, completion: ChatCompletion, headers: AnswerHeaders): ProviderAnswer {
  const provider = call.deployment.provider.id;
  const usage = completion?.usage ? dialect.usageOf(completion) : null;
  const providerRequestId = headers.get(dialect.requestIdHeader ?? REQUEST_ID) ?? (completion ? dialect.requestIdOf?.(completion) : null) ?? null;
  const failure = completion ? (dialect.failureIn ?? failureIn)(completion) : null;
  if (failure) throw answeredError(failure, failure.status ?? 500, provider, new Error(failure.message), dialect.errors ?? {});
  const choice = completion?.choices?.[0];
  if (!choice?.message) {
    throw new ProviderError("malformed_output", `\`${provider}\` answered without a choice`, { usage, providerRequestId });
  }
  const ending = String(choice.finish_reason);
  const failed = dialect.failedEndings?.[ending];
  if (failed !== undefined) {
    const billed = usage === null ? "unknown" : "yes";
    throw new ProviderError(failed, `\`${provider}\` broke its answer off (${ending})`, { usage, providerRequestId, billed });
  }
  const { content, refusal, tool_calls } = choice.message;
  const toolCalls = toolCallsOf(tool_calls, call);
  const told = FINISH_REASONS[ending] ?? dialect.finishReasons?.[ending] ?? "other";
  // Where one tool was asked for by name, the wire calls its call an ordinary end.
  const finishReason = toolCalls.length > 0 && told === "stop" ? "tool_calls" : told;
  const declined = typeof refusal === "string" && refusal !== "";
  return {
    text: textOf(content) + (declined ? refusal : "") + (dialect.appendixOf?.(completion, call) ?? ""),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    finishReason: declined ? "content_filter" : finishReason,
    refused: declined || finishReason === "content_filter",
    usage,
    providerRequestId,
    model: completion.model,
    region: dialect.regionOf?.(headers) ?? null,
    rateLimit: dialect.rateLimit ? rateLimitOf(headers, dialect.rateLimit) : null,
  };
}

/** Text, or parts of which those that are text count: others hold a model's thoughts. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { type?: unknown; text?: unknown }) => (part?.type === "text" && typeof part.text === "string" ? part.text : "")).join("");
}

interface WireToolCall {
  readonly id?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown };
}

function toolCallsOf(told: unknown, call: ProviderCall): ToolCall[] {
  if (!Array.isArray(told)) return [];
  return told.map(({ id, function: asked }: WireToolCall, index) => ({
    id: toolCallId(id, call, index),
    name: toolName(asked?.name),
    arguments: argumentsText(asked?.arguments),
  }));
}

/** Some servers write the JSON itself where a text with it belongs; no arguments are no text. */
export const argumentsText = (told: unknown): string => (typeof told === "string" ? told : told === undefined || told === null ? "" : JSON.stringify(told));

interface Told {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
}

interface Failure extends Told {
  readonly object?: unknown;
  readonly error?: Told | string | null;
}

/** A failure told where an answer belongs, as servers do that have begun to stream; some without an `error` around it. */
export function failureIn(completion: object): ErrorReading | null {
  const failure = completion as Failure;
  const error = failure.error || (failure.object === "error" ? failure : null);
  if (!error) return null;
  const { message, code, type } = typeof error === "string" ? { message: error, code: null, type: null } : error;
  return {
    status: typeof code === "number" && code >= 400 && code < 600 ? code : null,
    headers: null,
    requestId: null,
    identifiers: [code, type].filter((name) => typeof name === "string"),
    message: String(message),
    cause: null,
  };
}

/** The body's id, for providers that put none into headers. */
export const bodyRequestId = ({ id }: ChatCompletion): string | null => (typeof id === "string" && id !== "" ? id : null);

/** OpenAI's own way to count, cached and reasoning tokens as parts. Called when there is a usage. */
export function usageOf({ usage }: ChatCompletion): Usage | null {
  if (!usage) return null;
  return {
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWriteTokens: 0,
    outputTokens: usage.completion_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}
