import fc from "fast-check";
import { RateAllowance } from "./rate-allowance";
import { burstOf, draw, type RateBucket } from "./rate-bucket";
import { NOON, SECOND } from "./testing/sketches";

describe("a limit that instances share", () => {
  const demand = (wanted: number, returned = 0) => ({ key: "k", perMinute: 600, wanted, returned });

  it.each<[string, RateBucket | null, number, number, number]>([
    ["begins with one burst", null, 1_000, 0, 100],
    ["gives what is there", { left: 30.5, atMicros: NOON }, 1_000, 0, 30],
    ["fills evenly", { left: 0, atMicros: NOON - SECOND }, 1_000, 0, 10],
    ["holds no more than a burst", { left: 90, atMicros: NOON - 60 * SECOND }, 1_000, 0, 100],
    ["takes back what was not used", { left: 0, atMicros: NOON }, 1_000, 7, 7],
    ["fills nothing for a clock that is behind", { left: 0, atMicros: NOON + SECOND }, 1_000, 0, 0],
  ])("%s", (_, bucket, wanted, returned, granted) => {
    expect(draw(bucket, demand(wanted, returned), NOON).grant.granted).toBe(granted);
  });

  it("says when the missing part will be there", () => {
    const { grant } = draw({ left: 0, atMicros: NOON }, demand(5), NOON);
    expect(grant).toMatchObject({ granted: 0, moreAtMicros: NOON + SECOND / 2 });
  });

  it("never grants more than a burst and what has filled since, whoever asks and however often", () => {
    const step = fc.record({ afterMs: fc.integer({ min: -50, max: 2_000 }), wanted: fc.integer({ min: 0, max: 400 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), fc.integer({ min: 1, max: 5_000 }), (steps, perMinute) => {
        let bucket: RateBucket | null = null;
        let now = NOON;
        let first: number | null = null;
        let latest = 0;
        let granted = 0;
        for (const { afterMs, wanted } of steps) {
          now += afterMs * 1_000;
          first ??= now;
          latest = Math.max(latest, now);
          const drawn = draw(bucket, { key: "k", perMinute, wanted, returned: 0 }, now);
          bucket = drawn.bucket;
          granted += drawn.grant.granted;
          expect(granted).toBeLessThanOrEqual(burstOf(perMinute) + ((latest - first) * perMinute) / 60_000_000 + 1e-6);
        }
      }),
    );
  });

  it("is kept by several instances that take their parts ahead of time", () => {
    const perMinute = 600;
    let bucket: RateBucket | null = null;
    let sent = 0;
    const instances = [0, 1, 2].map(() => new RateAllowance("k", perMinute));
    for (let tick = 0; tick < 600; tick++) {
      const now = NOON + tick * 100_000;
      for (const [index, allowance] of instances.entries()) {
        // Each tries five calls every 100 ms: 150 a second in all, where 10 are allowed.
        for (let call = 0; call < 5; call++) {
          if (allowance.missing(1) !== null) continue;
          allowance.take(1);
          sent++;
        }
        if ((tick + index) % 5 > 0) continue;
        const wanted = allowance.demand();
        if (!wanted) continue;
        const drawn = draw(bucket, wanted, now);
        bucket = drawn.bucket;
        allowance.granted(drawn.grant);
      }
    }
    expect(sent).toBeLessThanOrEqual(burstOf(perMinute) + perMinute);
    expect(sent).toBeGreaterThan((burstOf(perMinute) + perMinute) * 0.95);
  });

  it("gives back what it does not need any more", () => {
    const allowance = new RateAllowance("k", 600);
    allowance.granted({ key: "k", granted: 50, moreAtMicros: 0 });
    expect(allowance.demand()).toMatchObject({ wanted: 0, returned: 49 });
  });

  it("lets a call through that is larger than a burst, and pays for it after", () => {
    const allowance = new RateAllowance("k", 600);
    expect(allowance.missing(5_000)).not.toBeNull();
    const wanted = allowance.demand()!;
    allowance.granted(draw(null, wanted, NOON).grant);
    expect(allowance.missing(5_000)).toBeNull();
    allowance.take(5_000);
    expect(allowance.missing(1)).not.toBeNull();
  });
});
