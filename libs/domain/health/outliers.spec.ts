import fc from "fast-check";
import { HEALTH_TERMS } from "./health-terms";
import { outliers, type Sibling } from "./outliers";

const of = (id: string, failures: number, changes: Partial<Sibling> = {}): Sibling => ({ id, out: false, samples: 20, failures, latencyMicros: 500_000, ...changes });

describe("outliers among a model's deployments", () => {
  it.each<[string, Sibling[], string[]]>([
    ["one does worse than its siblings", [of("a", 0), of("b", 6), of("c", 1)], ["b"]],
    ["all do badly: none is an outlier", [of("a", 6), of("b", 6)], []],
    ["two of three do badly: the share lets one go, the worst", [of("a", 0), of("b", 6), of("c", 9)], ["c"]],
    ["two of four may go", [of("a", 0), of("b", 6), of("c", 9), of("d", 0)], ["c", "b"]],
    ["who is out already counts", [of("a", 0), of("b", 6), of("c", 0, { out: true })], []],
    ["the only one never goes", [of("a", 20)], []],
    ["too few calls say nothing", [of("a", 0), of("b", 3, { samples: 4 })], []],
    ["much slower than the fastest", [of("a", 0), of("b", 0, { latencyMicros: 9_000_000 })], ["b"]],
    ["slower, but fast enough", [of("a", 0), of("b", 0, { latencyMicros: 2_400_000 })], []],
  ])("%s", (_, siblings, expected) => {
    expect(outliers(siblings, HEALTH_TERMS)).toEqual(expected);
  });

  it("never ejects beyond the share of all, what is out included, and never all", () => {
    const sibling = fc.record({
      out: fc.boolean(), samples: fc.integer({ min: 0, max: 50 }), failedShare: fc.double({ min: 0, max: 1, noNaN: true }),
      latencyMicros: fc.option(fc.integer({ min: 1, max: 60_000_000 }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(sibling, { minLength: 1, maxLength: 10 }), fc.double({ min: 0, max: 1, noNaN: true }), (sketches, ejectedShareMax) => {
        const siblings = sketches.map(({ failedShare, ...one }, index) => ({ ...one, id: String(index), failures: Math.floor(one.samples * failedShare) }));
        const ejected = outliers(siblings, { ...HEALTH_TERMS, ejectedShareMax });
        const out = siblings.filter((one) => one.out).length;
        if (ejected.length > 0) {
          expect(out + ejected.length).toBeLessThanOrEqual(Math.floor(siblings.length * ejectedShareMax));
          expect(out + ejected.length).toBeLessThan(siblings.length);
        }
        for (const id of ejected) expect(siblings[Number(id)]!.out).toBe(false);
      }),
    );
  });
});
