import { ProviderError, type ProviderErrorKind, type ProviderErrorOptions } from "@leverframe/execution";
import { withoutKeys } from "./provider-keys";
import { BrokenStream } from "./read-stream";
import { TransportError } from "./transport";

interface ErrorHeaders {
  get(name: string): string | null;
}

/** What an SDK's error tells, in one shape for all of them. */
export interface ErrorReading {
  /** Null: no answer was received. */
  readonly status: number | null;
  readonly headers: ErrorHeaders | null;
  readonly requestId: string | null;
  /** Names by which the provider's error body calls the error, the most telling first. */
  readonly identifiers: readonly string[];
  readonly message: string;
  /** How long to wait when the body says so; a header counts before it. */
  readonly retryAfterMs?: number | null;
  readonly cause: unknown;
}

/** What a provider means by its identifiers and statuses where it differs from the usual. */
export interface ErrorRules {
  readonly identifiers?: Readonly<Record<string, ProviderErrorKind>>;
  readonly statuses?: Readonly<Record<number, ProviderErrorKind>>;
}

/** The call that failed. */
export interface FailedCall {
  readonly provider: string;
  /** What may not be read out of the error. */
  readonly secrets: readonly (string | null | undefined)[];
  /** The one that the call was given: its reason, set by the governed call, tells a deadline from a cancellation. */
  readonly signal: AbortSignal;
}

/** Identifiers that several providers put into error bodies, and what they mean; they say more than the status. */
const BY_IDENTIFIER: Readonly<Record<string, ProviderErrorKind>> = {
  context_length_exceeded: "context_overflow",
  string_above_max_length: "context_overflow",
  request_too_large: "context_overflow",
  // llama.cpp.
  exceed_context_size_error: "context_overflow",
  content_filter: "safety_blocked",
  content_policy_violation: "safety_blocked",
  invalid_prompt: "safety_blocked",
  insufficient_quota: "quota",
  billing_hard_limit_reached: "quota",
  billing_error: "quota",
  overloaded_error: "overloaded",
  timeout_error: "timeout",
};

const BY_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  400: "bad_request",
  401: "auth",
  402: "quota",
  403: "auth",
  // A model that is not there is there at another deployment.
  404: "unavailable",
  408: "timeout",
  409: "unavailable",
  413: "context_overflow",
  422: "bad_request",
  429: "rate_limited",
  503: "overloaded",
  504: "timeout",
  524: "timeout",
  529: "overloaded",
};

/** What several providers tell by the message alone, below the kind that the status says. */
const BY_MESSAGE: readonly (readonly [status: ProviderErrorKind, message: RegExp, kind: ProviderErrorKind])[] = [
  ["bad_request", /(?:prompt|input) is too long|context (?:window|length)|maximum context|too many (?:total )?tokens|exceeds the maximum number of tokens/i, "context_overflow"],
  // Text Generation Inference.
  ["bad_request", /`max_new_tokens` must be <=|`inputs` must have less than \d+ tokens/, "context_overflow"],
  // Anthropic, also by way of Bedrock; DeepSeek.
  ["bad_request", /blocked by content filtering policy|^(?:400 )?content exists risk$/i, "safety_blocked"],
  // Azure API Management.
  ["auth", /out of call volume quota/i, "quota"],
];

/** Of an identifier only what looks like one goes into our message: an error body may quote the prompt. */
const IDENTIFIER = /^[\w.-]{1,64}$/;

/** Whatever was thrown during a call, as a ProviderError. */
export function toProviderError(thrown: unknown, call: FailedCall, read = readSdkError, rules: ErrorRules = {}): ProviderError {
  if (thrown instanceof BrokenStream) {
    const error = toProviderError(thrown.broken, call, read, rules);
    // An aborted call ends for the governed call's own reason, which knows what came.
    return call.signal.aborted ? error : withPart(error, thrown);
  }
  if (thrown instanceof ProviderError) return thrown;
  const { provider, signal } = call;
  const cause = withoutKeys(thrown, call.secrets);
  if (signal.aborted) {
    if (signal.reason instanceof ProviderError) return signal.reason;
    return new ProviderError("cancelled", `the call of \`${provider}\` was cancelled`, { cause });
  }
  const reading = read(thrown);
  const transport = thrown instanceof TransportError ? thrown : reading.cause;
  if (transport instanceof TransportError) {
    const code = IDENTIFIER.test(transport.code) ? ` (${transport.code})` : "";
    const billed = transport.opened ? "unknown" : "no";
    return new ProviderError("connection", `${transport.message} to \`${provider}\`${code}`, { cause, billed });
  }
  if (reading.status !== null && reading.status >= 300) return answeredError(reading, reading.status, provider, cause, rules);
  if (thrown instanceof SyntaxError || reading.status !== null) {
    const { requestId: providerRequestId } = reading;
    return new ProviderError("malformed_output", `\`${provider}\` answered with JSON that cannot be read`, { cause, providerRequestId });
  }
  return new ProviderError("unknown", `the call of \`${provider}\` failed`, { cause });
}

/** A failure in mid-stream, with what the stream told before: what was generated is billed, whatever ended it. */
function withPart(error: ProviderError, { usage, providerRequestId, started }: BrokenStream): ProviderError {
  const { kind, message, cause, retryable, retryAfterMs } = error;
  return new ProviderError(kind, message, {
    cause,
    retryable,
    retryAfterMs,
    billed: error.billed === "no" && started ? (usage === null && error.usage === null ? "unknown" : "yes") : error.billed,
    usage: error.usage ?? usage,
    providerRequestId: error.providerRequestId ?? providerRequestId,
  });
}

/** An error that the provider itself told: by a status, or in a body or stream that had begun with a 200. */
export function answeredError(reading: ErrorReading, status: number, provider: string, cause: unknown, rules: ErrorRules): ProviderError {
  const named = reading.identifiers.find((name) => IDENTIFIER.test(name));
  const options: ProviderErrorOptions = {
    cause,
    retryAfterMs: retryAfterMs(reading.headers) ?? reading.retryAfterMs ?? null,
    providerRequestId: reading.requestId,
    ...(status === 404 ? { retryable: false } : {}),
  };
  return new ProviderError(kindOf(reading, status, rules), `\`${provider}\` answered ${status}${named ? ` (${named})` : ""}`, options);
}

function kindOf({ identifiers, message }: ErrorReading, status: number, rules: ErrorRules): ProviderErrorKind {
  for (const name of identifiers) {
    const kind = own(rules.identifiers, name) ?? own(BY_IDENTIFIER, name);
    if (kind !== undefined) return kind;
  }
  const known = own(rules.statuses, status) ?? own(BY_STATUS, status);
  const told = BY_MESSAGE.find(([below, words]) => below === known && words.test(message));
  if (told !== undefined) return told[2];
  if (known !== undefined) return known;
  // A redirect is not followed; any other 4xx is a mistake in the request.
  return status >= 400 && status < 500 ? "bad_request" : "unavailable";
}

const own = <T>(table: Readonly<Record<string | number, T>> | undefined, key: string | number): T | undefined =>
  table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;

/** What the errors of OpenAI's and Anthropic's SDKs have in common: both are generated by the same tool. */
interface SdkError {
  readonly status?: number;
  readonly headers?: ErrorHeaders;
  readonly requestID?: string | null;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

export function readSdkError(thrown: unknown): ErrorReading {
  const error = (thrown ?? {}) as SdkError;
  return {
    status: typeof error.status === "number" ? error.status : null,
    headers: error.headers ?? null,
    requestId: error.requestID ?? null,
    identifiers: [error.code, error.type].filter((name) => typeof name === "string"),
    message: String(error.message),
    cause: error.cause,
  };
}

/** RFC 9110 §10.2.3: seconds or a date; `retry-after-ms` is a finer one that OpenAI-like servers send. */
function retryAfterMs(headers: ErrorHeaders | null): number | null {
  const fine = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (fine >= 0) return Math.ceil(fine);
  const text = headers?.get("retry-after");
  if (!text) return null;
  const seconds = Number(text);
  if (!Number.isNaN(seconds)) return seconds >= 0 ? Math.ceil(seconds * 1_000) : null;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
