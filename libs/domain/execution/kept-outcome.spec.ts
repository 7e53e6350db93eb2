import fc from "fast-check";
import { decodeOutcome, encodeOutcome, type KeptOutcome } from "./kept-outcome";

const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const text = fc.string({ unit: "binary", maxLength: 40 });
const count = fc.nat();
const usage = fc.record({ inputTokens: count, cachedInputTokens: count, cacheWriteTokens: count, outputTokens: count, reasoningTokens: count });
const attempt = fc.record({
  attemptId: text,
  candidate: text,
  provider: text,
  model: text,
  region: text,
  startedAt: fc.maxSafeNat(),
  latencyMicros: fc.maxSafeNat(),
  outcome: text,
  error: nullable(text),
  usage: nullable(usage),
  costNanoUsd: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  providerRequestId: nullable(text),
  finishReason: nullable(text),
  notes: fc.array(text, { maxLength: 3 }),
});
const kept: fc.Arbitrary<KeptOutcome> = fc.record({
  attempt: nullable(attempt),
  output: nullable(fc.record({ text, finishReason: text, refused: fc.boolean(), toolCalls: fc.array(fc.record({ id: text, name: text, arguments: text }), { maxLength: 2 }) })),
  failure: nullable(fc.record({ code: fc.constantFrom("permit_invalid" as const, "bad_input" as const), message: text, skipped: fc.constant("ejected" as const), overflow: fc.constant(true as const) }, { requiredKeys: ["code", "message"] })),
  retryable: fc.boolean(),
  fallback: fc.boolean(),
  retryAfterMs: nullable(count),
  jitterPpm: fc.nat(999_999),
  endedAtMicros: fc.maxSafeNat(),
  hedged: fc.boolean(),
});

describe("the kept outcome", () => {
  it("I4 exactly one answer: comes back as it was kept, and encodes to the same bytes again", () => {
    fc.assert(
      fc.property(kept, (outcome) => {
        const bytes = encodeOutcome(outcome);
        const decoded = decodeOutcome(bytes);
        expect(decoded).toEqual(outcome);
        expect(encodeOutcome(decoded)).toEqual(bytes);
      }),
    );
  });

  it.each(["", "{", "[2,null]", "null", '[1,["a"],null,null,false,false,null,0,0]', "\xff"])("says that `%s` cannot be read", (content) => {
    expect(() => decodeOutcome(Buffer.from(content, "latin1"))).toThrow(expect.objectContaining({ code: "bad_record" }));
  });
});
