import { DEFER_SECONDS_MAX, FALLBACK_TRIGGERS, NO_TERMS, type ObligationTerms, REDACTABLE, RESPONSE_POLICIES, RETENTION_DAYS_MIN } from "@leverframe/permit";
import { ID, ID_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

export const TERM_FIELDS = [
  "outputTokensMax",
  "latencyMsMax",
  "costUsdMax",
  "qualityFloor",
  "escalationsMax",
  "checks",
  "redact",
  "auditTags",
  "responsePolicies",
  "retentionDaysMax",
  "requestsPerMinuteMax",
  "deferSecondsMax",
  "humanReview",
  "streaming",
  "cache",
  "fallbackOnRefusal",
  "noFallbackOn",
  "hedge",
  "hedgeAfterMs",
  "prune",
] as const;

export const ESCALATIONS_MAX = 5;

/** Reads what an `oblige` rule says. `checkNames`: the evaluation checks that exist; null when the caller cannot know. */
export function readObligationTerms(place: Place, checkNames: readonly string[] | null): ObligationTerms | null {
  const fields = place.fields("`oblige`", TERM_FIELDS);
  if (!fields) return null;
  if (fields.names().length === 0) return place.fail("`oblige` is empty; expected at least one obligation");
  return {
    ...NO_TERMS,
    ...readLimits(fields),
    checks: readNames(fields, "checks", checkNames),
    redact: readNames(fields, "redact", Object.keys(REDACTABLE)),
    auditTags: readNames(fields, "auditTags", null),
    responsePolicies: readNames(fields, "responsePolicies", Object.keys(RESPONSE_POLICIES)),
    retentionDaysMax: readRetention(fields),
    requestsPerMinuteMax: fields.get("requestsPerMinuteMax")?.integer("requestsPerMinuteMax", 1) ?? null,
    humanReview: fields.get("humanReview")?.boolean("humanReview") ?? null,
    streaming: fields.get("streaming")?.boolean("streaming") ?? null,
    cache: fields.get("cache")?.boolean("cache") ?? null,
    fallbackOnRefusal: fields.get("fallbackOnRefusal")?.boolean("fallbackOnRefusal") ?? null,
    noFallbackOn: readNames(fields, "noFallbackOn", FALLBACK_TRIGGERS),
    ...readCallTerms(fields),
  };
}

/** What cannot be kept to is no obligation: the log keeps every request for some days, before any policy is asked. */
function readRetention(fields: Fields): number | null {
  const place = fields.get("retentionDaysMax");
  const days = place?.integer("retentionDaysMax", 0) ?? null;
  if (days === null || days >= RETENTION_DAYS_MIN) return days;
  return place!.fail(`retentionDaysMax \`${days}\` cannot be kept to, since the log's topics keep every request for ${RETENTION_DAYS_MIN} days; expected a whole number from ${RETENTION_DAYS_MIN}`);
}

export const CALL_FIELDS = ["hedge", "hedgeAfterMs", "prune"] as const;

/** How calls are made, which rules and routes share. */
export function readCallTerms(fields: Fields): Pick<ObligationTerms, (typeof CALL_FIELDS)[number]> {
  return {
    hedge: fields.get("hedge")?.boolean("hedge") ?? null,
    hedgeAfterMs: fields.get("hedgeAfterMs")?.integer("hedgeAfterMs", 1) ?? null,
    prune: fields.get("prune")?.boolean("prune") ?? null,
  };
}

export const LIMIT_FIELDS = ["latencyMsMax", "costUsdMax", "qualityFloor", "escalationsMax", "deferSecondsMax"] as const;

/** The limits that rules and routes share. */
export function readLimits(fields: Fields): Partial<ObligationTerms> {
  return {
    outputTokensMax: fields.get("outputTokensMax")?.integer("outputTokensMax", 1) ?? null,
    latencyMsMax: fields.get("latencyMsMax")?.integer("latencyMsMax", 1) ?? null,
    costNanoUsdMax: fields.get("costUsdMax")?.usd("costUsdMax") ?? null,
    qualityFloor: fields.get("qualityFloor")?.number("qualityFloor", 0, 1) ?? null,
    escalationsMax: fields.get("escalationsMax")?.integer("escalationsMax", 0, ESCALATIONS_MAX) ?? null,
    deferSecondsMax: fields.get("deferSecondsMax")?.integer("deferSecondsMax", 1, DEFER_SECONDS_MAX) ?? null,
  };
}

function readNames(fields: Fields, field: "checks" | "redact" | "auditTags" | "responsePolicies" | "noFallbackOn", known: readonly string[] | null): string[] {
  const items = fields.get(field)?.oneOrMore(`\`${field}\``) ?? [];
  const names = items.map((item) => (known ? item.oneOf(field, known) : item.text(field, ID, ID_EXPECTED)));
  return [...new Set(names.filter((name) => name !== null))].sort();
}
