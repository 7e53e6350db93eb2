import type { ErrorReading, ErrorRules } from "./error-mapping";

/** What the exceptions mean. */
export const AWS_ERRORS: ErrorRules = {
  identifiers: {
    ThrottlingException: "rate_limited",
    ServiceQuotaExceededException: "quota",
    AccessDeniedException: "auth",
    ModelTimeoutException: "timeout",
    // It is being loaded; the SDK would repeat the call itself.
    ModelNotReadyException: "overloaded",
    ModelErrorException: "unavailable",
    ServiceUnavailableException: "overloaded",
    InternalServerException: "unavailable",
  },
  statuses: { 424: "unavailable" },
};

interface AwsError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
  readonly cause?: unknown;
}

export function readAwsError(thrown: unknown): ErrorReading {
  const error = (thrown ?? {}) as AwsError;
  const headers = error.$response?.headers ?? null;
  return {
    status: error.$metadata?.httpStatusCode ?? error.$response?.statusCode ?? null,
    headers: headers && { get: (name) => headers[name] ?? null },
    requestId: error.$metadata?.requestId ?? headers?.["x-amzn-requestid"] ?? null,
    identifiers: typeof error.name === "string" && error.name.endsWith("Exception") ? [error.name] : [],
    message: String(error.message),
    cause: error.cause,
  };
}
