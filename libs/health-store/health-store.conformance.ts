import { burstOf, CLOSED, draw, type HealthExchange, type HealthReport, type HealthStore, type RateBucket } from "@leverframe/health";
import fc from "fast-check";

/** A place that several stores, as of several processes, are opened on. */
export interface SharedHealth {
  open(): HealthStore;
  dispose(): Promise<void>;
}

const NOON = 1_800_000_000_000_000;

const reportOf = (deployment: string, instance: string, changes: Partial<HealthReport> = {}): HealthReport => ({
  instance, deployment, breaker: CLOSED, degraded: false, heldUntilMicros: 0, ejectedUntilMicros: 0, inFlight: 0, latencyMicros: null, atMicros: NOON, ...changes,
});
const exchangeOf = (instance: string, changes: Partial<HealthExchange> = {}): HealthExchange => ({ instance, nowMicros: NOON, reports: [], sinceRevision: 0, demands: [], ...changes });

/** What every store of shared health does. */
export function describeHealthStore(name: string, create: () => Promise<SharedHealth>): void {
  describe(`the health store on ${name}`, () => {
    let shared: SharedHealth;
    let one: HealthStore;
    let two: HealthStore;
    beforeEach(async () => {
      shared = await create();
      one = shared.open();
      two = shared.open();
    });
    afterEach(() => shared.dispose());

    it("tells one instance what another has said, exactly, and only what is new", async () => {
      const untilMicros = NOON + 1_234_567;
      const opened = reportOf("p/a", "one", { breaker: { kind: "open", sinceMicros: NOON, openedAtMicros: NOON, untilMicros, openings: 3 }, latencyMicros: 123_456 });
      await one.exchange(exchangeOf("one", { reports: [opened, reportOf("p/b", "one")] }));
      const first = await two.exchange(exchangeOf("two"));
      expect(first.reports.toSorted((a, b) => (a.deployment < b.deployment ? -1 : 1))).toEqual([opened, reportOf("p/b", "one")]);
      expect((await two.exchange(exchangeOf("two", { sinceRevision: first.revision }))).reports).toEqual([]);
      const closed = reportOf("p/a", "one", { atMicros: NOON + 5 });
      await one.exchange(exchangeOf("one", { reports: [closed], sinceRevision: first.revision }));
      expect((await two.exchange(exchangeOf("two", { sinceRevision: first.revision }))).reports).toEqual([closed]);
    });

    it("keeps the last word of each instance about each deployment, and nothing older", async () => {
      for (let inFlight = 0; inFlight < 5; inFlight++) await one.exchange(exchangeOf("one", { reports: [reportOf("p/a", "one", { inFlight })] }));
      await two.exchange(exchangeOf("two", { reports: [reportOf("p/a", "two", { inFlight: 9 })] }));
      const { reports } = await one.exchange(exchangeOf("one"));
      expect(reports.map(({ instance, inFlight }) => [instance, inFlight]).toSorted()).toEqual([["one", 4], ["two", 9]]);
    });

    it("forgets an instance that has not said anything for long", async () => {
      await one.exchange(exchangeOf("one", { reports: [reportOf("p/a", "one")] }));
      await two.exchange(exchangeOf("two", { nowMicros: NOON + 700_000_000, reports: [reportOf("p/a", "two")] }));
      expect((await two.exchange(exchangeOf("two"))).reports.map(({ instance }) => instance)).toEqual(["two"]);
    });

    it("misses no word although clocks differ", async () => {
      await one.exchange(exchangeOf("one", { nowMicros: NOON + 5_000_000, reports: [reportOf("p/a", "one")] }));
      const { revision } = await two.exchange(exchangeOf("two"));
      await two.exchange(exchangeOf("two", { nowMicros: NOON, reports: [reportOf("p/a", "two")] }));
      expect((await one.exchange(exchangeOf("one", { sinceRevision: revision }))).reports.map(({ instance }) => instance)).toEqual(["two"]);
    });

    it("passes over what it cannot read", async () => {
      await one.exchange(exchangeOf("one", { reports: [{ ...reportOf("p/a", "one"), v: 99 } as HealthReport] }));
      expect((await two.exchange(exchangeOf("two"))).reports).toEqual([]);
    });

    it("draws from shared limits exactly as the domain does, whoever asks", async () => {
      const step = fc.record({ afterMs: fc.integer({ min: -100, max: 3_000 }), wanted: fc.integer({ min: 0, max: 300 }), returned: fc.integer({ min: 0, max: 20 }), second: fc.boolean() });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 100_000 }), async (steps, perMinute) => {
          const key = `requests ${round++}`;
          let bucket: RateBucket | null = null;
          let nowMicros = NOON;
          for (const { afterMs, wanted, returned, second } of steps) {
            nowMicros += afterMs * 1_000;
            const demand = { key, perMinute, wanted, returned };
            const { grants } = await (second ? two : one).exchange(exchangeOf("x", { nowMicros, demands: [demand] }));
            const drawn = draw(bucket, demand, nowMicros);
            bucket = drawn.bucket;
            expect(grants[0]!.granted).toBe(drawn.grant.granted);
            // The stores round a bucket's rest to a billionth.
            expect(Math.abs(grants[0]!.moreAtMicros - drawn.grant.moreAtMicros)).toBeLessThanOrEqual(1);
          }
        }),
        { numRuns: 30 },
      );
    });

    it("never grants more than there is when many ask at once", async () => {
      const stores = Array.from({ length: 8 }, () => shared.open());
      const asked = stores.flatMap((store, index) => Array.from({ length: 10 }, () => store.exchange(exchangeOf(`i${index}`, { demands: [{ key: "k", perMinute: 600, wanted: 7, returned: 0 }] }))));
      const granted = (await Promise.all(asked)).reduce((sum, { grants }) => sum + grants[0]!.granted, 0);
      expect(granted).toBe(burstOf(600));
    });

    it("says that it is unavailable once it is closed", async () => {
      await one.close();
      await expect(one.exchange(exchangeOf("one"))).rejects.toMatchObject({ code: "unavailable" });
    });
  });
}
