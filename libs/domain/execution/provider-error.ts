import type { Usage } from "@leverframe/events";

/** What a failed call cost: nothing, something, or nobody can tell before the provider's invoice. */
export type Billed = "no" | "yes" | "unknown";

interface Traits {
  /** The same call may succeed at the same deployment later. */
  readonly retryable: boolean;
  /** Another deployment may succeed, and asking it is allowed without a word in the policy. */
  readonly fallback: boolean;
  readonly billed: Billed;
}

/** The closed list of ways in which a provider call fails, whatever the provider calls them. */
export const PROVIDER_ERRORS = {
  rate_limited: { retryable: true, fallback: true, billed: "no" },
  overloaded: { retryable: true, fallback: true, billed: "no" },
  // The provider may go on generating after we stopped listening.
  timeout: { retryable: true, fallback: true, billed: "unknown" },
  connection: { retryable: true, fallback: true, billed: "unknown" },
  auth: { retryable: false, fallback: true, billed: "no" },
  quota: { retryable: false, fallback: true, billed: "no" },
  // Ours to mend: another provider would be sent the same mistake.
  bad_request: { retryable: false, fallback: false, billed: "no" },
  context_overflow: { retryable: false, fallback: true, billed: "no" },
  // Never laundered by asking somebody else, unless the permit's `fallbackOnRefusal` says so (I1).
  content_refused: { retryable: false, fallback: false, billed: "unknown" },
  safety_blocked: { retryable: false, fallback: false, billed: "no" },
  malformed_output: { retryable: true, fallback: true, billed: "unknown" },
  // By a process that drains: whoever takes the request over goes on with the plan.
  cancelled: { retryable: true, fallback: true, billed: "unknown" },
  unavailable: { retryable: true, fallback: true, billed: "no" },
  unknown: { retryable: false, fallback: true, billed: "unknown" },
} as const satisfies Record<string, Traits>;

export type ProviderErrorKind = keyof typeof PROVIDER_ERRORS;

export const PROVIDER_ERROR_KINDS = Object.keys(PROVIDER_ERRORS) as readonly ProviderErrorKind[];

/** Kinds that mean "declined on content grounds". */
export const isRefusal = (kind: string): boolean => kind === "content_refused" || kind === "safety_blocked";

export interface ProviderErrorOptions {
  readonly cause?: unknown;
  /** How long the provider asked us to wait. */
  readonly retryAfterMs?: number | null;
  /** When the adapter knows better than the kind's default, e.g. a connection that never opened. */
  readonly billed?: Billed;
  readonly retryable?: boolean;
  /** What the provider says it counted, for calls that failed after they were carried out. */
  readonly usage?: Usage | null;
  readonly providerRequestId?: string | null;
}

/** A failed provider call, normalised. The message never holds a key or a prompt; the original error is the cause. */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind;
  readonly retryable: boolean;
  readonly fallback: boolean;
  readonly billed: Billed;
  readonly retryAfterMs: number | null;
  readonly usage: Usage | null;
  readonly providerRequestId: string | null;

  constructor(kind: ProviderErrorKind, message: string, options: ProviderErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "ProviderError";
    const traits: Traits = PROVIDER_ERRORS[kind];
    this.kind = kind;
    this.retryable = options.retryable ?? traits.retryable;
    this.fallback = traits.fallback;
    this.billed = options.billed ?? traits.billed;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.usage = options.usage ?? null;
    this.providerRequestId = options.providerRequestId ?? null;
  }
}
