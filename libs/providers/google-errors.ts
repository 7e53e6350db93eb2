import type { ErrorReading, ErrorRules } from "./error-mapping";
import type { ObservedFetch } from "./observed-fetch";

/** What the services call their errors. */
export const GOOGLE_ERRORS: ErrorRules = {
  identifiers: {
    API_KEY_INVALID: "auth",
    API_KEY_EXPIRED: "auth",
    ACCESS_TOKEN_EXPIRED: "auth",
    UNAUTHENTICATED: "auth",
    PERMISSION_DENIED: "auth",
    BILLING_DISABLED: "quota",
    PerDay: "quota",
    RESOURCE_EXHAUSTED: "rate_limited",
    NOT_FOUND: "unavailable",
    DEADLINE_EXCEEDED: "timeout",
    UNAVAILABLE: "overloaded",
    INTERNAL: "unavailable",
  },
};

/** `google.rpc.Status`: https://google.aip.dev/193 */
export interface RpcStatus {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly status?: unknown;
  readonly details?: unknown;
}

interface RpcDetail {
  readonly reason?: unknown;
  readonly retryDelay?: unknown;
  readonly violations?: readonly { readonly quotaId?: unknown }[];
}

/** The SDK's error holds a status and, as its message, the body. */
export function readGoogleError(thrown: unknown, { headers, status: seen }: ObservedFetch): ErrorReading {
  const error = (thrown ?? {}) as { status?: unknown; message?: unknown; cause?: unknown };
  // Of a redirect, which is not followed, it makes an error without a status.
  const status = typeof error.status === "number" ? error.status : seen !== null && seen >= 300 ? seen : null;
  const rpc = status === null ? {} : rpcStatusOf(String(error.message));
  return { ...readingOfStatus(rpc), status, headers, message: String(error.message), cause: error.cause };
}

/** What a `google.rpc.Status` tells by itself, be it an error's body or an event in mid-stream. */
export function readingOfStatus(rpc: RpcStatus): ErrorReading {
  const details: readonly RpcDetail[] = Array.isArray(rpc.details) ? rpc.details : [];
  const perDay = details.some(({ violations }) => violations?.some(({ quotaId }) => String(quotaId).includes("PerDay")));
  const delay = /^(\d+(?:\.\d+)?)s$/.exec(String(details.find(({ retryDelay }) => typeof retryDelay === "string")?.retryDelay));
  return {
    status: typeof rpc.code === "number" && rpc.code >= 400 && rpc.code < 600 ? rpc.code : null,
    headers: null,
    requestId: null,
    identifiers: [...(perDay ? ["PerDay"] : []), ...details.map(({ reason }) => reason), rpc.status].filter((name) => typeof name === "string"),
    message: String(rpc.message),
    retryAfterMs: delay ? Math.ceil(Number(delay[1]) * 1_000) : null,
    cause: null,
  };
}

function rpcStatusOf(body: string): RpcStatus {
  try {
    return (JSON.parse(body) as { error?: RpcStatus }).error ?? {};
  } catch {
    return {};
  }
}
