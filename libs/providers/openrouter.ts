import type { Provider } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import type { ChatCompletion } from "openai/resources/chat/completions";
import { bodyRequestId, usageOf } from "./chat-answer";
import { chatOf, jsonSchemaFormat } from "./chat-body";
import type { ChatDialect } from "./chat-dialect";
import { type ErrorReading, readSdkError } from "./error-mapping";

interface RouterError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly metadata?: { readonly reasons?: unknown; readonly flagged_input?: unknown; readonly error_type?: unknown } | null;
}

interface RoutedCompletion {
  readonly error?: RouterError;
  readonly choices?: readonly { readonly error?: RouterError }[];
}

/**
 * OpenRouter. It chooses among upstreams itself, so what the catalog says of the provider must bind it: `upstreams`
 * names the only ones, and `dataCollection: allow` lets those in that keep prompts (otherwise they are denied).
 */
export const OPENROUTER: ChatDialect = {
  baseUrl: "https://openrouter.ai/api/v1",
  bodyOf: (call) => ({
    ...chatOf(call),
    max_tokens: call.maxOutputTokens,
    provider: routingOf(call.deployment.provider),
    ...jsonSchemaFormat(call),
  }),
  usageOf: routedUsageOf,
  // It always tells its usage; `require_parameters` might leave out who does not know the wish.
  streamFields: {},
  failureIn,
  failedEndings: { error: "unavailable" },
  requestIdOf: bodyRequestId,
  rateLimit: { requests: "x-ratelimit-remaining", tokens: "x-ratelimit-remaining-tokens" },
  readError: (thrown) => ({ ...readSdkError(thrown), identifiers: identifiersOf((thrown as { error?: RouterError } | null)?.error) }),
  errors: {
    identifiers: { moderation_flagged: "safety_blocked", refusal: "content_refused", token_limit_exceeded: "context_overflow" },
    // No upstream meets the routing above, or the one that was chosen is down.
    statuses: { 502: "unavailable", 503: "unavailable" },
  },
};

/** I2: `require_parameters` leaves out upstreams that would not keep to the limit of output tokens. */
function routingOf({ settings }: Provider): object {
  const upstreams = settings?.["upstreams"]?.split(",").map((name) => name.trim());
  return {
    require_parameters: true,
    data_collection: settings?.["dataCollection"] === "allow" ? "allow" : "deny",
    ...(upstreams === undefined ? {} : { only: upstreams, allow_fallbacks: upstreams.length > 1 }),
  };
}

/** Upstreams with a prompt cache that is paid for are told of it beside what was read. */
function routedUsageOf(completion: ChatCompletion): Usage | null {
  const usage = usageOf(completion);
  const details = completion.usage?.prompt_tokens_details as { readonly cache_write_tokens?: number } | undefined;
  return usage && { ...usage, cacheWriteTokens: details?.cache_write_tokens ?? 0 };
}

/** Once the model has begun, the status is 200 whatever comes of it. */
function failureIn(completion: ChatCompletion): ErrorReading | null {
  const routed = completion as unknown as RoutedCompletion;
  const error = routed.error ?? routed.choices?.[0]?.error;
  if (!error) return null;
  return {
    status: typeof error.code === "number" && error.code >= 400 && error.code < 600 ? error.code : 502,
    headers: null,
    requestId: bodyRequestId(completion),
    identifiers: identifiersOf(error),
    message: String(error.message),
    cause: null,
  };
}

/** The error's `code` is a status again; what it is called stands in the metadata. */
function identifiersOf(error: RouterError | null | undefined): string[] {
  const { reasons, flagged_input, error_type } = error?.metadata ?? {};
  return [
    ...(Array.isArray(reasons) || typeof flagged_input === "string" ? ["moderation_flagged"] : []),
    ...(typeof error_type === "string" ? [error_type] : []),
  ];
}
