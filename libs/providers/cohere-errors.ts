import type { ErrorReading, ErrorRules } from "./error-mapping";

/** 498 is a rejected token, 499 a call that Cohere itself gave up. */
export const COHERE_ERRORS: ErrorRules = { statuses: { 498: "auth", 499: "unavailable" } };

interface CohereFailure {
  readonly statusCode?: number;
  readonly body?: unknown;
  readonly rawResponse?: { readonly headers?: Headers };
  readonly message?: string;
  readonly cause?: unknown;
}

export function readCohereError(thrown: unknown): ErrorReading {
  const error = (thrown ?? {}) as CohereFailure;
  const body = (error.body ?? {}) as { id?: unknown };
  return {
    status: error.statusCode ?? null,
    headers: error.rawResponse?.headers ?? null,
    requestId: typeof body.id === "string" ? body.id : null,
    identifiers: [],
    message: String(error.message),
    cause: error.cause,
  };
}
