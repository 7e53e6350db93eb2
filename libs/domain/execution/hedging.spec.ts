import { attemptId, reservationId, toMicroUsd } from "@leverframe/kernel";
import type { Obligations } from "@leverframe/permit";
import { LatencyBook } from "./latency-book";
import { ProviderError } from "./provider-error";
import { A, B, benchOf, type BenchOptions, fundedOf, NEVER, OBLIGATIONS, permitOf, planned, REQUEST_ID, WORST_CASE } from "./testing/fixtures";
import { RecordingOutlet } from "./testing/recording-outlet";
import type { ScriptedCall } from "./testing/scripted-adapter";

const RESERVATION = reservationId(REQUEST_ID, 0);
const hedging = (changes: Partial<Obligations> = {}) => permitOf({ obligations: { ...OBLIGATIONS, hedge: true, hedgeAfterMs: 500, streaming: true, ...changes } });
const slow: ScriptedCall = { latencyMs: 3_000, answer: { text: "slow" } };
const quick: ScriptedCall = { latencyMs: 100, answer: { text: "quick" } };
const says = (text: string, afterMs: number): ScriptedCall => ({ latencyMs: afterMs, says: [text, "!"], sayEveryMs: 50 });
const fails = (kind: ConstructorParameters<typeof ProviderError>[0], latencyMs: number): ScriptedCall => ({ latencyMs, error: new ProviderError(kind, "") });
const refuses = (latencyMs: number): ScriptedCall => ({ latencyMs, answer: { refused: true, text: "I will not" } });

async function run(a: readonly ScriptedCall[], b: readonly ScriptedCall[], permit = hedging(), more: BenchOptions = {}) {
  const bench = benchOf({ script: { [A.id]: a, [B.id]: b }, ...more });
  const outcome = await bench.run(fundedOf(permit), NEVER);
  return { ...bench, outcome, called: bench.adapter.calls.map(({ deployment }) => deployment.id), notes: outcome.attempts.map(({ notes }) => notes) };
}

describe("a hedged call", () => {
  it("stays alone when it answers in time", async () => {
    const { called, outcome, time } = await run([quick], [quick]);
    expect(called).toEqual([A.id]);
    expect(outcome.attempts).toMatchObject([{ candidate: A.id, notes: [] }]);
    expect(time.alarmsSet()).toBe(0);
  });

  it("gets a second one beside it when it is slow; the first to answer counts, both are charged, the other is ended", async () => {
    const { called, outcome, store, adapter, notes } = await run([slow], [quick]);
    expect(called).toEqual([A.id, B.id]);
    expect(adapter.startedAtMicros[1]! - adapter.startedAtMicros[0]!).toBe(500_000);
    expect(outcome).toMatchObject({ output: { text: "quick" }, failure: null, attempts: [{ candidate: A.id, outcome: "cancelled" }, { candidate: B.id, outcome: "succeeded" }] });
    expect(notes).toEqual([["hedge_lost"], ["hedge"]]);
    expect(store.chargedMicroUsd()).toBe(outcome.attempts.reduce((sum, { costNanoUsd }) => sum + toMicroUsd(costNanoUsd), 0));
    expect(store.inFlight()).toEqual([]);
  });

  it("I3 no overspend: the one that is left is charged what had come of it, though nobody watched, and none of it is seen", async () => {
    const { outcome, adapter } = await run([says("12345", 450)], [{ latencyMs: 10, answer: { text: "quick" } }]);
    expect(adapter.calls.map(({ onDelta }) => onDelta !== undefined)).toEqual([true, true]);
    const [left] = outcome.attempts;
    expect(left).toMatchObject({ outcome: "cancelled", notes: ["hedge_lost"], error: expect.stringContaining("charged_at_estimate: the answer broke off after at most") });
    expect(left!.costNanoUsd).toBeLessThan(WORST_CASE);
  });

  it("may be repeated when it breaks in the middle of what nobody watched", async () => {
    const breaks: ScriptedCall = { says: ["half"], error: new ProviderError("connection", "") };
    const { outcome, called } = await run([breaks, quick], [quick]);
    expect(called).toEqual([A.id, A.id]);
    expect(outcome).toMatchObject({ output: { text: "quick" }, failure: null, attempts: [{ outcome: "connection", notes: [] }, { outcome: "succeeded" }] });
  });

  it("counts when it answers first after all, and the second is ended", async () => {
    const { outcome, notes } = await run([{ ...slow, latencyMs: 600 }], [slow]);
    expect(outcome).toMatchObject({ output: { text: "slow" }, attempts: [{ outcome: "succeeded" }, { outcome: "cancelled" }] });
    expect(notes).toEqual([[], ["hedge", "hedge_lost"]]);
  });

  it("goes to the same candidate where nobody else is in the plan, and to nobody where no attempt is left", async () => {
    for (const [attempts, calls] of [[2, 2], [1, 1]] as const) {
      const bench = benchOf({ script: [slow, quick] });
      await bench.run(fundedOf(hedging(), [planned(A.id, attempts)]), NEVER);
      expect(bench.adapter.calls).toHaveLength(calls);
    }
  });

  it("goes to nobody else where latency is no reason to", async () => {
    const { called } = await run([slow], [quick], hedging({ noFallbackOn: ["latency"] }));
    expect(called).toEqual([A.id, A.id]);
  });

  it("is asked for by the policy alone", async () => {
    expect((await run([slow], [quick], hedging({ hedge: false }))).called).toEqual([A.id]);
  });

  it("without a fixed time begins at the 95th percentile of what was seen, and at twice the catalog's expectation before", async () => {
    const book = new LatencyBook();
    const latencies = {
      note: ({ id }: { id: string }, streamed: boolean, ms: number) => book.note(`${id} ${streamed}`, ms),
      p95Ms: ({ id }: { id: string }, streamed: boolean) => book.p95Ms(`${id} ${streamed}`),
    };
    const startOf = async () => {
      const { adapter } = await run([slow], [quick], hedging({ hedgeAfterMs: null }), { latencies });
      return adapter.startedAtMicros[1]! - adapter.startedAtMicros[0]!;
    };
    expect(await startOf()).toBe(2 * A.latencyMs * 1_000);
    for (let ms = 1; ms <= 100; ms++) latencies.note(A, false, ms * 10);
    // The call before was noted as well.
    expect(await startOf()).toBe(960_000);
  });

  it.each([
    ["the first fails, the second answers", [fails("overloaded", 700)], [{ ...quick, latencyMs: 900 }], "quick", [A.id, B.id]],
    ["the second fails, the first answers", [slow], [fails("overloaded", 100)], "slow", [A.id, B.id]],
    ["both fail, and the plan goes on", [fails("overloaded", 700), quick], [fails("overloaded", 400)], "quick", [A.id, B.id, A.id]],
    ["the first may not be repeated, the second failed once", [fails("auth", 700)], [fails("overloaded", 100), quick], "quick", [A.id, B.id, B.id]],
  ])("%s", async (_what, a, b, text, calls) => {
    const { outcome, called } = await run(a, b);
    expect(outcome.output?.text).toBe(text);
    expect(called).toEqual(calls);
  });

  it("I1 no forbidden call: the first to refuse is the output, and an answer after it is not", async () => {
    expect((await run([refuses(700)], [slow])).outcome).toMatchObject({ output: { refused: true } });
    expect((await run([slow], [refuses(100)])).outcome).toMatchObject({ output: { refused: true } });
    expect((await run([refuses(700)], [slow], hedging({ fallbackOnRefusal: true }))).outcome).toMatchObject({ output: { refused: false, text: "slow" } });
  });

  it("I2 no unfunded call: the second is not made where the reservation does not hold for both", async () => {
    const { called, outcome } = await run([slow], [quick], hedging(), { reservedMicroUsd: toMicroUsd(WORST_CASE) });
    expect(called).toEqual([A.id]);
    expect(outcome).toMatchObject({ output: { text: "slow" }, attempts: [{ outcome: "succeeded" }] });
  });
});

describe("a hedged stream", () => {
  async function stream(a: ScriptedCall, b: ScriptedCall) {
    const bench = benchOf({ script: { [A.id]: [a], [B.id]: [b] } });
    const outlet = new RecordingOutlet();
    const outcome = await bench.run(fundedOf(hedging()), NEVER, { deltas: outlet });
    return { outlet, outcome, calls: bench.adapter.calls.length };
  }

  it("is not slow once its first piece came in time, however long the rest takes", async () => {
    const { outlet, calls } = await stream({ ...says("a", 100), sayEveryMs: 2_000 }, says("b", 1));
    expect([calls, outlet.seen]).toEqual([1, ["0 text a", "0 text !", "0 end"]]);
  });

  it("lets the one speak whose first piece comes first, and ends the other", async () => {
    const { outlet, outcome } = await stream(says("a", 3_000), says("b", 100));
    expect(outlet.seen).toEqual(["1 text b", "1 text !", "1 end"]);
    expect(outcome).toMatchObject({ output: { text: "b!" }, attempts: [{ outcome: "cancelled" }, { outcome: "succeeded" }] });
  });

  it("that breaks before everybody's eyes is at its end, whoever of the two it was", async () => {
    const { outlet, outcome } = await stream(says("a", 3_000), { ...says("b", 100), error: new ProviderError("connection", "") });
    expect(outlet.seen).toEqual(["1 text b", "1 text !", "1 error stream_interrupted"]);
    expect(outcome).toMatchObject({ output: null, failure: { code: "stream_interrupted" } });
  });
});

describe("I4 exactly one answer: redelivery of a hedged call", () => {
  it.each<[string, readonly ScriptedCall[], readonly ScriptedCall[]]>([
    ["one that stayed alone", [quick], [quick]],
    ["one that was overtaken", [slow], [quick]],
    ["one that answered after all", [{ ...slow, latencyMs: 600 }], [slow]],
    ["two that failed, and a third", [fails("overloaded", 700), quick], [fails("overloaded", 400)]],
    ["nothing but failures", [fails("overloaded", 700)], [fails("auth", 400)]],
  ])("I4 exactly one answer: %s is told again in the same words, without a call", async (_what, a, b) => {
    const { store, outcome } = await run(a, b);
    const again = await run(a, b, hedging(), { store, owner: "process-2", random: () => 0.9 });
    expect(again.outcome).toEqual(outcome);
    expect(again.called).toEqual([]);
  });

  it("I4 exactly one answer: after a crash with two calls in flight both are charged, and the next attempt answers", async () => {
    const dead = benchOf({ script: [{ hangs: true }], stepsToLive: 2 });
    void dead.run(fundedOf(hedging()), NEVER);
    await dead.time.stillness();
    expect(dead.store.inFlight()).toEqual([attemptId(RESERVATION, 0), attemptId(RESERVATION, 1)]);
    const { outcome, called } = await run([quick], [quick], hedging(), { store: dead.store, owner: "process-2" });
    expect(outcome.attempts.map(({ candidate, outcome: end }) => [candidate, end])).toEqual([[A.id, "outcome_unknown"], [B.id, "outcome_unknown"], [A.id, "succeeded"]]);
    expect(called).toEqual([A.id]);
    expect(dead.store.chargedMicroUsd()).toBeGreaterThan(toMicroUsd(WORST_CASE) * 2);
  });

  it("I4 exactly one answer: a second whose begin came to nothing makes no call after the first has answered", async () => {
    const { store, outcome } = await run([slow], [quick], hedging(), { reservedMicroUsd: toMicroUsd(WORST_CASE) });
    // What the first did not use would pay for it by now.
    store.reserve(RESERVATION, toMicroUsd(WORST_CASE) * 4);
    const again = await run([slow], [quick], hedging(), { store, owner: "process-2" });
    expect(again.outcome).toEqual(outcome);
    expect(again.called).toEqual([]);
    expect(store.inFlight()).toEqual([]);
  });
});
