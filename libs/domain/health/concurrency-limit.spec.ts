import fc from "fast-check";
import { ConcurrencyLimit } from "./concurrency-limit";

const TERMS = { concurrencyMin: 2, concurrencyMax: 100 };

function round(limit: ConcurrencyLimit, calls: number, load: "overload" | "fine" | "unknown", at: number): number {
  let taken = 0;
  for (let call = 0; call < calls; call++) if (limit.take()) taken++;
  for (let call = 0; call < taken; call++) limit.give(load, at, at + 1);
  return taken;
}

describe("the limit of calls at once", () => {
  it("begins open and lets no more through than it says", () => {
    const limit = new ConcurrencyLimit(TERMS);
    expect(round(limit, 150, "unknown", 1)).toBe(100);
    expect(limit.inFlight).toBe(0);
  });

  it("falls once for a whole round of overload, to a share of what was under way", () => {
    const limit = new ConcurrencyLimit(TERMS);
    round(limit, 40, "overload", 10);
    expect(limit.limit).toBe(28);
    round(limit, 28, "overload", 20);
    expect(limit.limit).toBe(19);
  });

  it("never falls below the minimum, and rises again: fast to where it broke, then one a round", () => {
    const limit = new ConcurrencyLimit(TERMS);
    for (let at = 10; at < 400; at += 10) round(limit, 40, "overload", at);
    expect(limit.limit).toBe(2);
    const rises: number[] = [];
    for (let at = 1_000; at < 1_080; at += 10) {
      round(limit, 40, "fine", at);
      rises.push(limit.limit);
    }
    expect(rises).toEqual([4, 8, 16, 28, 29, 30, 31, 32]);
  });

  it("stays when nobody needs more", () => {
    const limit = new ConcurrencyLimit(TERMS);
    round(limit, 40, "overload", 10);
    round(limit, 5, "fine", 20);
    expect(limit.limit).toBe(28);
  });

  it("whatever happens, it is within its bounds and calls under way never exceed it when taken", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("take", "overload", "fine", "unknown"), { maxLength: 300 }), (steps) => {
        const limit = new ConcurrencyLimit(TERMS);
        steps.forEach((step, at) => {
          if (step === "take") {
            const before = limit.inFlight;
            if (limit.take()) expect(before).toBeLessThan(limit.limit);
          } else if (limit.inFlight > 0) limit.give(step as "fine", at, at);
          expect(limit.limit).toBeGreaterThanOrEqual(TERMS.concurrencyMin);
          expect(limit.limit).toBeLessThanOrEqual(TERMS.concurrencyMax);
        });
      }),
    );
  });
});
