import { RecentEnds } from "./recent-ends";
import { benchOf, fundedOf, NEVER } from "./testing/fixtures";

const keptOf = (characters: number) => ({
  kept: {
    attempt: null, failure: null, retryable: false, fallback: false, retryAfterMs: null, jitterPpm: 0, endedAtMicros: 1, hedged: false,
    output: { text: "x".repeat(characters), finishReason: "stop", refused: false, toolCalls: [] },
  },
});

describe("the ends of the latest calls", () => {
  it("are bounded in number and in what they hold: the oldest are forgotten", () => {
    const ends = new RecentEnds();
    for (let index = 0; index < 2_500; index++) ends.remember(`a${index}`, keptOf(1));
    expect([ends.get("a499"), ends.get("a500")].map((end) => end === undefined)).toEqual([true, false]);
    for (let index = 0; index < 40; index++) ends.remember(`b${index}`, keptOf(1_048_576));
    expect([ends.get("a2499"), ends.get("b7"), ends.get("b8")].map((end) => end === undefined)).toEqual([true, true, false]);
    for (let again = 0; again < 40; again++) ends.remember("b39", keptOf(1_048_576));
    expect(ends.get("b8")).toBeDefined();
  });

  it("I2 no unfunded call: are told to an event that comes again when the store has lost what it kept: no second call", async () => {
    const bench = benchOf();
    const told = await bench.run(fundedOf(), NEVER);
    bench.store.attempts.clear();
    expect(await bench.run(fundedOf(), NEVER)).toEqual(told);
    expect(bench.adapter.calls).toHaveLength(1);
  });
});
