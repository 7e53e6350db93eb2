import fc from "fast-check";
import { backoffMs, sleep } from "./retry";

describe("backoff", () => {
  it("is never negative, never above the maximum, and doubles its ceiling with each try", () => {
    const policy = { firstDelayMs: 100, delayMsMax: 5_000, triesMax: null };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (tries, random) => {
        const delay = backoffMs(policy, tries, () => random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(policy.delayMsMax);
      }),
    );
    expect([1, 2, 3, 4, 7].map((tries) => backoffMs(policy, tries, () => 0.5))).toEqual([50, 100, 200, 400, 2_500]);
  });

  it("ends its wait when it is told to stop", async () => {
    const controller = new AbortController();
    const waiting = sleep(3_600_000, controller.signal);
    controller.abort();
    await waiting;
    await sleep(3_600_000, controller.signal);
  });
});
