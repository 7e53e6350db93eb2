/**
 * The error bodies by which each provider turns a call away: names, codes and statuses as its SDK's types and its
 * documentation have them, the sentences our own but for the few words by which alone an error can be told.
 */
import type { Api } from "../model-profile";

export const FAILURE_KINDS = ["rate_limited", "overloaded", "timeout", "auth", "quota", "bad_request", "context_overflow", "content_refused", "safety_blocked", "unavailable"] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];

export const isFailureKind = (name: string): name is FailureKind => (FAILURE_KINDS as readonly string[]).includes(name);

type Body = object | string;

export interface Failure {
  readonly status: number;
  /** An object is sent as JSON, a text as a proxy's page. */
  readonly body: Body | ((requestId: string) => Body);
  readonly headers?: Readonly<Record<string, string>>;
}

type Failures = Partial<Readonly<Record<FailureKind, Failure>>>;

const PAGE = "<html><body>no answer</body></html>";

/** OpenAI's shape, which many took over. */
const chat = (status: number, type: string | null, code: string | number | null, message = "It failed."): Failure => ({
  status,
  body: { error: { message, type, param: null, code } },
});

const OPENAI: Failures = {
  rate_limited: chat(429, "requests", "rate_limit_exceeded"),
  overloaded: chat(503, "server_error", null, "The engine is overloaded."),
  auth: chat(401, "invalid_request_error", "invalid_api_key"),
  quota: chat(429, "insufficient_quota", "insufficient_quota"),
  bad_request: chat(400, "invalid_request_error", "unsupported_value"),
  context_overflow: chat(400, "invalid_request_error", "context_length_exceeded"),
  safety_blocked: chat(400, "invalid_request_error", "invalid_prompt"),
  unavailable: chat(500, "server_error", null),
};

const AZURE: Failures = {
  ...OPENAI,
  rate_limited: chat(429, null, "429", "Requests exceeded the token rate limit of the pricing tier."),
  timeout: chat(408, null, "Timeout"),
  auth: chat(401, null, "401", "Access denied: the subscription key is not valid."),
  // Azure API Management, which stands before the models, has no code for it.
  quota: { status: 403, body: { statusCode: 403, message: "Out of call volume quota. Quota will be replenished in 12:10:09." } },
  safety_blocked: {
    status: 400,
    body: {
      error: {
        message: "The prompt was filtered.",
        type: null,
        param: "prompt",
        code: "content_filter",
        status: 400,
        innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: { violence: { filtered: true, severity: "high" } } },
      },
    },
  },
};

const anthropic = (status: number, type: string, message = "It failed."): Failure => ({
  status,
  body: (request_id) => ({ type: "error", error: { type, message }, request_id }),
});

const ANTHROPIC: Failures = {
  rate_limited: anthropic(429, "rate_limit_error"),
  overloaded: anthropic(529, "overloaded_error"),
  timeout: anthropic(504, "timeout_error"),
  auth: anthropic(401, "authentication_error"),
  quota: anthropic(402, "billing_error"),
  bad_request: anthropic(400, "invalid_request_error"),
  context_overflow: anthropic(400, "invalid_request_error", "prompt is too long: 9 tokens > 8 maximum"),
  safety_blocked: anthropic(400, "invalid_request_error", "Output blocked by content filtering policy"),
  unavailable: anthropic(500, "api_error"),
};

const bedrock = (status: number, exception: string, message = "It failed."): Failure => ({
  status,
  body: { message },
  headers: { "x-amzn-errortype": exception },
});

const BEDROCK: Failures = {
  rate_limited: bedrock(429, "ThrottlingException"),
  overloaded: bedrock(503, "ServiceUnavailableException"),
  timeout: bedrock(408, "ModelTimeoutException"),
  auth: bedrock(403, "AccessDeniedException"),
  quota: bedrock(400, "ServiceQuotaExceededException"),
  bad_request: bedrock(400, "ValidationException"),
  context_overflow: bedrock(400, "ValidationException", "Input is too long for requested model."),
  safety_blocked: bedrock(400, "ValidationException", "Output blocked by content filtering policy"),
  unavailable: bedrock(500, "InternalServerException"),
};

/** `google.rpc.Status`: https://google.aip.dev/193 */
const google = (code: number, status: string, message = "It failed.", details: readonly object[] = []): Failure => ({
  status: code,
  body: { error: { code, message, status, ...(details.length === 0 ? {} : { details }) } },
});
const detail = (type: string, fields: object): object => ({ "@type": `type.googleapis.com/google.rpc.${type}`, ...fields });

const GOOGLE: Failures = {
  rate_limited: google(429, "RESOURCE_EXHAUSTED"),
  overloaded: google(503, "UNAVAILABLE"),
  timeout: google(504, "DEADLINE_EXCEEDED"),
  bad_request: google(400, "INVALID_ARGUMENT"),
  context_overflow: google(400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8)."),
  unavailable: google(500, "INTERNAL"),
};

const GEMINI: Failures = {
  ...GOOGLE,
  auth: google(400, "INVALID_ARGUMENT", "It failed.", [detail("ErrorInfo", { reason: "API_KEY_INVALID", domain: "googleapis.com" })]),
  quota: google(429, "RESOURCE_EXHAUSTED", "It failed.", [detail("QuotaFailure", { violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }] })]),
};

const VERTEX: Failures = {
  ...GOOGLE,
  auth: google(401, "UNAUTHENTICATED", "It failed.", [detail("ErrorInfo", { reason: "ACCESS_TOKEN_EXPIRED", domain: "googleapis.com" })]),
  quota: google(403, "PERMISSION_DENIED", "It failed.", [detail("ErrorInfo", { reason: "BILLING_DISABLED", domain: "googleapis.com" })]),
};

const mistral = (status: number, type: string, code: string | null, message = "It failed."): Failure => ({
  status,
  body: { object: "error", message, type, param: null, code },
});

const MISTRAL: Failures = {
  rate_limited: mistral(429, "rate_limited", "1300"),
  overloaded: mistral(503, "internal_server_error", null),
  timeout: mistral(504, "internal_server_error", null),
  auth: { status: 401, body: { detail: "Unauthorized" } },
  quota: mistral(402, "invalid_request_error", null),
  bad_request: mistral(422, "invalid_request_error", null),
  context_overflow: mistral(400, "invalid_request_invalid_args", "3051", "Prompt contains 9 tokens, too many tokens for a model with 8"),
  unavailable: mistral(500, "internal_server_error", null),
};

const cohere = (status: number, message = "it failed"): Failure => ({ status, body: (id) => ({ id, message }) });

const COHERE: Failures = {
  rate_limited: cohere(429),
  overloaded: cohere(503),
  timeout: cohere(504),
  auth: cohere(498),
  quota: cohere(402),
  bad_request: cohere(422),
  context_overflow: cohere(400, "too many tokens: total number of tokens cannot exceed 8"),
  unavailable: cohere(499),
};

const DEEPSEEK: Failures = {
  rate_limited: chat(429, "rate_limit_error", "rate_limit_error"),
  overloaded: chat(503, "service_unavailable_error", "service_unavailable_error"),
  auth: chat(401, "authentication_error", "invalid_request_error"),
  quota: chat(402, "unknown_error", "invalid_request_error", "Insufficient Balance"),
  bad_request: chat(422, "invalid_request_error", "invalid_request_error"),
  context_overflow: chat(400, "invalid_request_error", "invalid_request_error", "This model's maximum context length is 8 tokens."),
  safety_blocked: chat(400, "invalid_request_error", "invalid_request_error", "Content Exists Risk"),
  unavailable: chat(500, "server_error", null),
};

const bare = (status: number, error: string, more: object = {}): Failure => ({ status, body: { error, ...more } });

const HUGGINGFACE: Failures = {
  rate_limited: bare(429, "it failed"),
  overloaded: bare(503, "it failed"),
  timeout: { status: 504, body: PAGE },
  auth: bare(401, "it failed"),
  quota: bare(402, "it failed"),
  bad_request: bare(422, "Input validation error: it failed", { error_type: "validation" }),
  // Text Generation Inference, of the dedicated endpoints.
  context_overflow: bare(422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8. Given: 9 `inputs` tokens and 3 `max_new_tokens`", { error_type: "validation" }),
  unavailable: bare(500, "it failed"),
};

const routed = (code: number, message = "It failed.", metadata?: object): Failure => ({
  status: code,
  body: { error: { code, message, ...(metadata === undefined ? {} : { metadata }) } },
});

const OPENROUTER: Failures = {
  rate_limited: routed(429),
  overloaded: routed(529, "It failed.", { provider_name: "Simulator" }),
  timeout: routed(408),
  auth: routed(401),
  quota: routed(402),
  bad_request: routed(400),
  context_overflow: routed(400, "This endpoint's maximum context length is 8 tokens."),
  content_refused: routed(403, "It failed.", { error_type: "refusal" }),
  safety_blocked: routed(403, "It failed.", { reasons: ["violence"], flagged_input: "…", provider_name: "Simulator" }),
  unavailable: routed(502),
};

const PERPLEXITY: Failures = {
  rate_limited: chat(429, "rate_limit", 429),
  overloaded: chat(503, "server_error", 503),
  timeout: { status: 504, body: PAGE },
  auth: { status: 401, body: PAGE },
  // A spent balance is told by the status of a rejected key.
  quota: chat(401, "insufficient_quota", 401),
  bad_request: chat(400, "invalid_request", 400),
  context_overflow: chat(400, "invalid_request", 400, "The input exceeds the model's context window."),
  unavailable: chat(500, "server_error", 500),
};

/** vLLM's and llama.cpp's own. */
const COMPATIBLE: Failures = {
  overloaded: chat(503, "unavailable_error", 503),
  auth: bare(401, "Unauthorized"),
  bad_request: { status: 400, body: { object: "error", message: "it failed", type: "BadRequestError", param: null, code: 400 } },
  context_overflow: { status: 400, body: { error: { code: 400, message: "the request is too large", type: "exceed_context_size_error", n_prompt_tokens: 9, n_ctx: 8 } } },
  unavailable: chat(500, "server_error", 500),
};

const FAILURES: Readonly<Record<Api, Failures>> = {
  openai: OPENAI,
  anthropic: ANTHROPIC,
  "azure-openai": AZURE,
  bedrock: BEDROCK,
  gemini: GEMINI,
  vertex: VERTEX,
  mistral: MISTRAL,
  cohere: COHERE,
  deepseek: DEEPSEEK,
  huggingface: HUGGINGFACE,
  openrouter: OPENROUTER,
  perplexity: PERPLEXITY,
  compatible: COMPATIBLE,
};

/** Null: that provider has no error for it. */
export const failureOf = (api: Api, kind: FailureKind): Failure | null => FAILURES[api][kind] ?? null;
