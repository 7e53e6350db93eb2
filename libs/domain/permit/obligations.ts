import type { NanoUsd } from "@leverframe/kernel";
import type { Obligations } from "./permit";

/**
 * What one rule obliges to: the fields of `Obligations`, where null (or an empty list) says nothing. Terms form a
 * lattice: `mergeTerms` is commutative, associative and idempotent in every field and always moves to the stricter
 * side, so the order in which rules fire cannot matter.
 */
export interface ObligationTerms {
  readonly outputTokensMax: number | null;
  readonly latencyMsMax: number | null;
  readonly costNanoUsdMax: NanoUsd | null;
  readonly qualityFloor: number | null;
  readonly escalationsMax: number | null;
  readonly checks: readonly string[];
  readonly redact: readonly string[];
  readonly auditTags: readonly string[];
  readonly responsePolicies: readonly string[];
  readonly retentionDaysMax: number | null;
  readonly requestsPerMinuteMax: number | null;
  readonly deferSecondsMax: number | null;
  readonly humanReview: boolean | null;
  readonly streaming: boolean | null;
  readonly cache: boolean | null;
  readonly fallbackOnRefusal: boolean | null;
  readonly noFallbackOn: readonly string[];
  readonly hedge: boolean | null;
  readonly hedgeAfterMs: number | null;
  readonly prune: boolean | null;
}

/** The identity of `mergeTerms`. */
export const NO_TERMS: ObligationTerms = Object.freeze({
  outputTokensMax: null,
  latencyMsMax: null,
  costNanoUsdMax: null,
  qualityFloor: null,
  escalationsMax: null,
  checks: [],
  redact: [],
  auditTags: [],
  responsePolicies: [],
  retentionDaysMax: null,
  requestsPerMinuteMax: null,
  deferSecondsMax: null,
  humanReview: null,
  streaming: null,
  cache: null,
  fallbackOnRefusal: null,
  noFallbackOn: [],
  hedge: null,
  hedgeAfterMs: null,
  prune: null,
});

/** The least that satisfies both: minima of limits, the higher floor, unions of lists, review if either asks. */
export function mergeTerms(a: ObligationTerms, b: ObligationTerms): ObligationTerms {
  return {
    outputTokensMax: lower(a.outputTokensMax, b.outputTokensMax),
    latencyMsMax: lower(a.latencyMsMax, b.latencyMsMax),
    costNanoUsdMax: lower(a.costNanoUsdMax, b.costNanoUsdMax),
    qualityFloor: higher(a.qualityFloor, b.qualityFloor),
    escalationsMax: lower(a.escalationsMax, b.escalationsMax),
    checks: union(a.checks, b.checks),
    redact: union(a.redact, b.redact),
    auditTags: union(a.auditTags, b.auditTags),
    responsePolicies: union(a.responsePolicies, b.responsePolicies),
    retentionDaysMax: lower(a.retentionDaysMax, b.retentionDaysMax),
    requestsPerMinuteMax: lower(a.requestsPerMinuteMax, b.requestsPerMinuteMax),
    deferSecondsMax: lower(a.deferSecondsMax, b.deferSecondsMax),
    humanReview: either(a.humanReview, b.humanReview),
    streaming: both(a.streaming, b.streaming),
    cache: both(a.cache, b.cache),
    fallbackOnRefusal: both(a.fallbackOnRefusal, b.fallbackOnRefusal),
    noFallbackOn: union(a.noFallbackOn, b.noFallbackOn),
    hedge: both(a.hedge, b.hedge),
    hedgeAfterMs: higher(a.hedgeAfterMs, b.hedgeAfterMs),
    prune: both(a.prune, b.prune),
  };
}

/**
 * The obligations that stand on the permit. What nobody spoke about: no limit, no floor, no escalation, streaming and
 * cache allowed; no second try at another model after a content refusal (that must be granted, I1), no second call
 * beside a slow one and no shortening of the prompt (they cost money or content, so they must be granted too), and no
 * waiting instead of a refusal.
 */
export function concludeTerms(terms: ObligationTerms): Obligations {
  return {
    ...terms,
    qualityFloor: terms.qualityFloor ?? 0,
    escalationsMax: terms.escalationsMax ?? 0,
    humanReview: terms.humanReview ?? false,
    streaming: terms.streaming ?? true,
    cache: terms.cache ?? true,
    fallbackOnRefusal: terms.fallbackOnRefusal ?? false,
    hedge: terms.hedge ?? false,
    prune: terms.prune ?? false,
  };
}

function lower<T extends number | bigint>(a: T | null, b: T | null): T | null {
  if (a === null) return b;
  return b === null || a <= b ? a : b;
}

function higher(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null || a >= b ? a : b;
}

function either(a: boolean | null, b: boolean | null): boolean | null {
  if (a === null) return b;
  return b === null ? a : a || b;
}

function both(a: boolean | null, b: boolean | null): boolean | null {
  if (a === null) return b;
  return b === null ? a : a && b;
}

/** Sorted and without doubles, whatever came in. */
function union(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0 && b.length === 0) return a;
  return [...new Set([...a, ...b])].sort();
}
