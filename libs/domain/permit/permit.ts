import type { NanoUsd } from "@leverframe/kernel";

/** One lever that is free: a deployment and the most that may be paid for it. */
export interface PermittedCandidate {
  readonly id: string;
  readonly region: string;
  /** Nano-dollars per million tokens; a dearer price at call time is not permitted. */
  readonly inputNanoUsdMax: NanoUsd;
  readonly outputNanoUsdMax: NanoUsd;
  /** The fees of a call and of a picture, in nano-dollars; absent: none is permitted. */
  readonly requestNanoUsdMax?: NanoUsd;
  readonly imageNanoUsdMax?: NanoUsd;
  /** How many `prefer` rules speak for it minus how many for others; higher first. */
  readonly preference: number;
}

/** What must be kept to. An object of fixed shape; null means that no rule set a limit. */
export interface Obligations {
  readonly outputTokensMax: number | null;
  readonly latencyMsMax: number | null;
  readonly costNanoUsdMax: NanoUsd | null;
  /** The selector takes no candidate whose expected quality is lower, 0..1. */
  readonly qualityFloor: number;
  readonly escalationsMax: number;
  /** Evaluation checks by name, sorted. */
  readonly checks: readonly string[];
  readonly redact: readonly string[];
  readonly auditTags: readonly string[];
  /** What the answer must keep to, by name, sorted: `cite_sources`, `no_legal_advice`. */
  readonly responsePolicies: readonly string[];
  /** Prompt and answer may be kept this long; 0: not at all; null: no rule speaks about it. */
  readonly retentionDaysMax: number | null;
  /** Of the request's department, so many may be paid for in one minute: a throttle, which the ledger holds; null: none. */
  readonly requestsPerMinuteMax: number | null;
  /** What cannot be paid or carried out now may wait this long after its arrival, instead of being refused; null: not at all. */
  readonly deferSecondsMax: number | null;
  readonly humanReview: boolean;
  readonly streaming: boolean;
  readonly cache: boolean;
  /** A provider's content refusal may be retried at another candidate. */
  readonly fallbackOnRefusal: boolean;
  /** What is not answered by asking another candidate, of `FALLBACK_TRIGGERS`, sorted. */
  readonly noFallbackOn: readonly string[];
  /** A call that is slow may get a second one beside it, inside the plan; the first to answer counts, both are paid. */
  readonly hedge: boolean;
  /** When a call counts as slow; null: at the 95th percentile of its deployment's latencies. */
  readonly hedgeAfterMs: number | null;
  /** What is oldest of a prompt that is too long may be left out. */
  readonly prune: boolean;
}

/** What may happen to one request: the body whose canonical JSON is signed. */
export interface Permit {
  readonly permitId: string;
  readonly requestId: string;
  readonly tenant: string;
  readonly application: string;
  readonly department: string;
  /** sha256 of prompt and parameters, so that a permit serves no other prompt. */
  readonly requestDigest: string;
  readonly route: string | null;
  /** In catalog order. */
  readonly candidates: readonly PermittedCandidate[];
  /**
   * The route's ladders, rung by rung, each with the permitted candidates on it; empty: the route has none.
   * `escalation`: where to go when an answer was not good enough. `degradation`: when a candidate cannot be had.
   */
  readonly escalation: readonly (readonly string[])[];
  readonly degradation: readonly (readonly string[])[];
  readonly obligations: Obligations;
  /** Ids of the rules that determined it, sorted. */
  readonly rules: readonly string[];
  /** Rules that fired without effect, sorted: `warn:<id>`, `audit:<id>`, `shadow:<id>`; `warn:route:<name>` of a deprecated route. */
  readonly observed: readonly string[];
  /** Attributes of moving state (budget band, health band) as they were, so that the decision replays exactly. */
  readonly state: Readonly<Record<string, string>>;
  readonly policyVersion: string;
  readonly catalogVersion: string;
  /** Microseconds since the epoch, both derived from the event (I6). */
  readonly issuedAt: number;
  readonly expiresAt: number;
}
