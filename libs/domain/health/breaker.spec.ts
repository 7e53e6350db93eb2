import fc from "fast-check";
import { type Breaker, CLOSED, failed, heard, knock, succeeded, undecided } from "./breaker";
import { HEALTH_TERMS } from "./health-terms";
import { NOON, SECOND } from "./testing/sketches";

const T = HEALTH_TERMS;
const closed = (failures = 0, sinceMicros = 0, openings = 0): Breaker => ({ kind: "closed", sinceMicros, failures, openings });
const open = (untilMicros: number, openings = 1, openedAtMicros = NOON): Breaker => ({ kind: "open", sinceMicros: openedAtMicros, openedAtMicros, untilMicros, openings });
const halfOpen = (openings = 1, sinceMicros = NOON + SECOND): Breaker => ({ kind: "half_open", sinceMicros, openedAtMicros: NOON, untilMicros: sinceMicros + 4 * SECOND, openings });

describe("the breaker", () => {
  const at = NOON + 2 * SECOND;
  it.each<[string, () => Breaker, object]>([
    ["a success leaves a closed one as it is", () => succeeded(closed(), at, at), closed()],
    ["a success ends a row of failures", () => succeeded(closed(2), at, at), closed(0)],
    ["the first failure is counted", () => failed(closed(0), at, at, 0, T), closed(1)],
    ["the third in a row opens it", () => failed(closed(2), at, at, 0, T), { kind: "open", untilMicros: at + SECOND, openings: 1 }],
    ["a failure that began before it closed is old news", () => failed(closed(2, at), at - 1, at, 0, T), closed(2, at)],
    ["a failure while it is open is no news", () => failed(open(at), at, at, 0, T), open(at)],
    ["a success that began before it opened is old news", () => succeeded(open(at), NOON - 1, at), open(at)],
    ["a success that began after it opened closes it", () => succeeded(open(at), at, at), closed(0, at, 1)],
    ["the probe's success closes it", () => succeeded(halfOpen(), at, at), closed(0, at, 1)],
    ["the probe's failure opens it for twice as long", () => failed(halfOpen(1), at, at, 0, T), { kind: "open", untilMicros: at + 2 * SECOND, openings: 2 }],
    ["never for longer than the maximum", () => failed(halfOpen(40), at, at, 0, T), { kind: "open", untilMicros: at + 5 * SECOND, openings: 41 }],
    ["jitter shortens by up to a fifth", () => failed(halfOpen(40), at, at, 1, T), { kind: "open", untilMicros: at + 4 * SECOND }],
    ["a probe that tells nothing is followed by another at once", () => undecided(halfOpen(), at, at), { kind: "open", untilMicros: at }],
    ["soon after closing, an opening counts on", () => failed(closed(2, NOON, 3), at, at, 0, T), { kind: "open", openings: 4 }],
    ["after calm it counts anew", () => failed(closed(2, NOON, 3), NOON + 60 * SECOND, NOON + 60 * SECOND, 0, T), { kind: "open", openings: 1 }],
  ])("%s", (_, step, expected) => {
    expect(step()).toMatchObject(expected);
  });

  it.each<[string, Breaker, number, boolean, string]>([
    ["closed", closed(2), NOON, true, "closed"],
    ["open", open(NOON + SECOND), NOON, false, "open"],
    ["open, time up", open(NOON + SECOND), NOON + SECOND, true, "half_open"],
    ["half open, the probe under way", halfOpen(), NOON + 2 * SECOND, false, "half_open"],
    ["half open, the probe overdue", halfOpen(), NOON + 5 * SECOND, true, "half_open"],
  ])("%s: may a call go?", (_, breaker, nowMicros, go, kind) => {
    const after = knock(breaker, nowMicros, T);
    expect([after.go, after.breaker.kind]).toEqual([go, kind]);
  });

  describe("hearing from another instance", () => {
    const none = { successStartedAtMicros: 0, failureStartedAtMicros: 0 };
    it.each<[string, Breaker, Breaker, object, string]>([
      ["takes over an opening", closed(), open(at), none, "open"],
      ["not one from before its own last change", closed(0, NOON + 1), open(at), none, "closed"],
      ["not when a call of its own went well just now", closed(), open(at), { ...none, successStartedAtMicros: NOON }, "closed"],
      ["once that is a while ago", closed(), open(at), { ...none, successStartedAtMicros: NOON - SECOND }, "open"],
      ["but when one has failed since", closed(), open(at), { successStartedAtMicros: NOON, failureStartedAtMicros: NOON + 1 }, "open"],
      ["takes over a closing", open(at), closed(0, at), none, "closed"],
      ["not when a call of its own began since and failed", open(at), closed(0, at), { ...none, failureStartedAtMicros: at + 1 }, "open"],
      ["leaves the probe to the other one", open(at), halfOpen(), none, "half_open"],
    ])("%s", (_, mine, told, own, kind) => {
      expect(heard(mine, told, { ...none, ...own }, NOON + SECOND / 2).kind).toBe(kind);
    });

    it("any two that hear each other's last word agree, in whatever order words come", () => {
      const word = fc.record({ kind: fc.constantFrom("closed", "open", "half_open"), sinceMicros: fc.integer({ min: 1, max: 1_000 }) });
      fc.assert(
        fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 8, selector: ({ sinceMicros }) => sinceMicros }), fc.gen(), (words, gen) => {
          const told = words.map(({ kind, sinceMicros }) => ({ kind, sinceMicros, openedAtMicros: sinceMicros, untilMicros: sinceMicros + 5, failures: 0, openings: 1 }) as Breaker);
          const shuffled = gen(() => fc.shuffledSubarray(told, { minLength: told.length }));
          const after = (order: readonly Breaker[]) => order.reduce((breaker, one) => heard(breaker, one, none, 10_000_000), CLOSED);
          expect(after(shuffled).kind).toBe(after(told).kind);
        }),
      );
    });
  });

  it("whatever happens: at most one probe at a time, opens at the third failure in a row, and lets a call through in time", () => {
    const step = fc.record({ afterMs: fc.integer({ min: 0, max: 3_000 }), ends: fc.constantFrom("well", "badly", "unknown", "never") });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (steps, jitter) => {
        let breaker: Breaker = CLOSED;
        let now = NOON;
        let row = 0;
        let lastRefusedSince: number | null = null;
        let probeEndsBy = 0;
        for (const { afterMs, ends } of steps) {
          now += afterMs * 1_000;
          const before = breaker;
          const { breaker: next, go } = knock(breaker, now, T);
          breaker = next;
          if (!go) {
            lastRefusedSince ??= now;
            // Nobody is kept waiting for longer than the longest opening and a probe.
            expect(now - lastRefusedSince).toBeLessThanOrEqual((T.openMsMax + T.probeMsMax) * 1_000);
            continue;
          }
          lastRefusedSince = null;
          if (before.kind === "half_open") expect(now).toBeGreaterThanOrEqual(probeEndsBy);
          if (breaker.kind === "half_open") probeEndsBy = now + T.probeMsMax * 1_000;
          if (ends === "well") breaker = succeeded(breaker, now, now);
          if (ends === "badly") breaker = failed(breaker, now, now, jitter, T);
          if (ends === "unknown") breaker = undecided(breaker, now, now);
          row = ends === "badly" ? row + 1 : ends === "well" ? 0 : row;
          if (row >= T.failuresInRowMax) expect(breaker.kind).not.toBe("closed");
        }
      }),
    );
  });
});
