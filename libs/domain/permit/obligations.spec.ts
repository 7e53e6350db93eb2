import fc from "fast-check";
import { concludeTerms, mergeTerms, NO_TERMS, type ObligationTerms } from "./index";

const limit = fc.option(fc.integer({ min: 0, max: 5 }));
const flag = fc.option(fc.boolean());
const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d")).map((list) => list.sort());

/** Terms as rules are read: lists sorted and without doubles. */
const terms: fc.Arbitrary<ObligationTerms> = fc.record({
  outputTokensMax: limit,
  latencyMsMax: limit,
  costNanoUsdMax: fc.option(fc.bigInt({ min: 0n, max: 5n })),
  qualityFloor: fc.option(fc.constantFrom(0, 0.5, 0.9)),
  escalationsMax: limit,
  checks: names,
  redact: names,
  auditTags: names,
  responsePolicies: names,
  retentionDaysMax: limit,
  requestsPerMinuteMax: limit,
  deferSecondsMax: limit,
  humanReview: flag,
  streaming: flag,
  cache: flag,
  fallbackOnRefusal: flag,
  noFallbackOn: names,
  hedge: flag,
  hedgeAfterMs: limit,
  prune: flag,
});

describe("obligations form a lattice in every field", () => {
  it("merging is commutative, associative and idempotent, and NO_TERMS is its identity", () => {
    fc.assert(
      fc.property(terms, terms, terms, (a, b, c) => {
        expect(mergeTerms(a, b)).toEqual(mergeTerms(b, a));
        expect(mergeTerms(mergeTerms(a, b), c)).toEqual(mergeTerms(a, mergeTerms(b, c)));
        expect(mergeTerms(a, a)).toEqual(a);
        expect(mergeTerms(a, NO_TERMS)).toEqual(a);
      }),
      { numRuns: 500 },
    );
  });

  it("merging never loosens what one side demands", () => {
    fc.assert(
      fc.property(terms, terms, (a, b) => {
        const merged = concludeTerms(mergeTerms(a, b));
        const alone = concludeTerms(a);
        if (alone.outputTokensMax !== null) expect(merged.outputTokensMax).toBeLessThanOrEqual(alone.outputTokensMax);
        if (alone.costNanoUsdMax !== null) expect(merged.costNanoUsdMax).toBeLessThanOrEqual(alone.costNanoUsdMax);
        expect(merged.qualityFloor).toBeGreaterThanOrEqual(alone.qualityFloor);
        expect(merged.checks).toEqual(expect.arrayContaining([...alone.checks]));
        expect(merged.redact).toEqual(expect.arrayContaining([...alone.redact]));
        expect(merged.responsePolicies).toEqual(expect.arrayContaining([...alone.responsePolicies]));
        if (alone.requestsPerMinuteMax !== null) expect(merged.requestsPerMinuteMax).toBeLessThanOrEqual(alone.requestsPerMinuteMax);
        if (alone.deferSecondsMax !== null) expect(merged.deferSecondsMax).toBeLessThanOrEqual(alone.deferSecondsMax);
        if (alone.retentionDaysMax !== null) expect(merged.retentionDaysMax).toBeLessThanOrEqual(alone.retentionDaysMax);
        expect(Number(merged.humanReview)).toBeGreaterThanOrEqual(Number(alone.humanReview));
        expect(Number(merged.streaming)).toBeLessThanOrEqual(Number(alone.streaming));
        expect(Number(merged.cache)).toBeLessThanOrEqual(Number(alone.cache));
        expect(merged.auditTags).toEqual(expect.arrayContaining([...alone.auditTags]));
        if (alone.latencyMsMax !== null) expect(merged.latencyMsMax).toBeLessThanOrEqual(alone.latencyMsMax);
        if (a.escalationsMax !== null) expect(merged.escalationsMax).toBeLessThanOrEqual(a.escalationsMax);
        if (a.fallbackOnRefusal === false) expect(merged.fallbackOnRefusal).toBe(false);
        expect(merged.noFallbackOn).toEqual(expect.arrayContaining([...alone.noFallbackOn]));
        if (a.hedge === false) expect(merged.hedge).toBe(false);
        if (alone.hedgeAfterMs !== null) expect(merged.hedgeAfterMs).toBeGreaterThanOrEqual(alone.hedgeAfterMs);
        if (a.prune === false) expect(merged.prune).toBe(false);
      }),
    );
  });

  it("I1 no fallback after a content refusal unless a rule grants it", () => {
    expect(concludeTerms(NO_TERMS).fallbackOnRefusal).toBe(false);
  });

  it("a second call beside a slow one, a shortened prompt and waiting must be granted", () => {
    expect(concludeTerms(NO_TERMS)).toMatchObject({ hedge: false, prune: false, noFallbackOn: [], deferSecondsMax: null });
  });

  it("the conclusion always has the same fields", () => {
    const fields = Object.keys(concludeTerms(NO_TERMS));
    fc.assert(fc.property(terms, (a) => expect(Object.keys(concludeTerms(a))).toEqual(fields)));
  });
});
