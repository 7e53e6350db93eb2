import { attemptId, reservationId, toMicroUsd } from "@leverframe/kernel";
import type { Obligations } from "@leverframe/permit";
import { ProviderError } from "./provider-error";
import { A, B, benchOf, type BenchOptions, catalogOf, fundedOf, MAX_OUTPUT_TOKENS, NEVER, OBLIGATIONS, permitOf, planned, RECEIVED_AT, REQUEST_ID, WORST_CASE } from "./testing/fixtures";
import { RecordingOutlet } from "./testing/recording-outlet";
import { USAGE } from "./testing/scripted-adapter";

const streaming = (changes: Partial<Obligations> = {}) => permitOf({ obligations: { ...OBLIGATIONS, streaming: true, ...changes } });
const broken = (usage: typeof USAGE | null = null) => new ProviderError("connection", "the connection was lost", { usage });

async function streamed(options: BenchOptions, permit = streaming(), plan = [planned(A.id), planned(B.id)]) {
  const bench = benchOf(options);
  const outlet = new RecordingOutlet();
  const outcome = await bench.run(fundedOf(permit, plan), NEVER, { deltas: outlet });
  return { ...bench, outlet, outcome, funded: fundedOf(permit, plan) };
}

describe("a streamed answer", () => {
  it("is seen piece by piece, and is the same whole answer in the end", async () => {
    const call = { type: "tool_call", index: 0, id: "c1", name: "look_up", arguments: '{"a":' } as const;
    const { outlet, outcome } = await streamed({ script: [{ says: ["Hel", "lo", call] }] });
    expect(outlet.seen).toEqual(["0 text Hel", "0 text lo", '0 tool_call look_up({"a":', "0 end"]);
    expect(outcome).toMatchObject({ output: { text: "Hello" }, failure: null, attempts: [{ outcome: "succeeded", notes: ["streamed"] }] });
  });

  it.each<[string, Partial<Obligations>]>([
    ["not_permitted", { streaming: false }],
    ["human_review", { humanReview: true }],
    ["checks", { checks: ["complete"] }],
    ["response_policies", { responsePolicies: ["no_pii"] }],
    ["redaction", { redact: ["pii_contact"] }],
  ])("is held until the verdict: %s", async (why, obligations) => {
    const { outlet, outcome, adapter } = await streamed({ script: [{ says: ["Hel", "lo"] }] }, streaming(obligations));
    expect(outlet.seen).toEqual([]);
    expect(adapter.calls[0]?.onDelta).toBeUndefined();
    expect(outcome).toMatchObject({ output: { text: "Hello" }, attempts: [{ notes: [`stream_held: ${why}`] }] });
  });

  it("is not asked for by those who did not ask to see it", async () => {
    const bench = benchOf({ script: [{ says: ["Hel"] }] });
    await bench.run(fundedOf(streaming()), NEVER);
    expect(bench.adapter.calls[0]?.onDelta).toBeUndefined();
  });

  it("falls back without a trace when it breaks before its first piece", async () => {
    const { outlet, outcome } = await streamed({ script: [{ error: broken() }, { error: broken() }, { says: ["Hello"] }] });
    expect(outlet.seen).toEqual(["2 text Hello", "2 end"]);
    expect(outcome.attempts.map(({ candidate, outcome: end }) => [candidate, end])).toEqual([[A.id, "connection"], [A.id, "connection"], [B.id, "succeeded"]]);
  });

  it("reads no further while whoever takes it is slow", async () => {
    const bench = benchOf({ script: [{ says: ["a", "b", "c", "d"] }] });
    const outlet = new RecordingOutlet();
    outlet.pace = () => (outlet.seen.length < 2 ? undefined : new Promise((resolve) => bench.time.after(1_000, resolve)));
    const told: number[] = [];
    bench.time.after(500, () => told.push(bench.adapter.said));
    await bench.run(fundedOf(streaming()), NEVER, { deltas: outlet });
    expect(told).toEqual([1]);
    expect(outlet.seen).toEqual(["0 text a", "0 text b", "0 text c", "0 text d", "0 end"]);
  });

  it("lets nothing through after the call has ended", async () => {
    const { outlet } = await streamed({ script: [{ says: ["a", "b", "c"], sayEveryMs: 1_000 }] }, streaming({ latencyMsMax: 1_500 }));
    expect(outlet.seen).toEqual(["0 text a", "0 text b", "0 error stream_interrupted"]);
  });
});

describe("a stream that breaks after it was seen", () => {
  it.each([
    ["the connection is lost", broken()],
    ["the provider is overloaded", new ProviderError("overloaded", "")],
    ["what comes is malformed", new ProviderError("malformed_output", "")],
    ["nobody knows why", new Error("a fault")],
  ])("I4 exactly one answer: it is not begun anew behind anybody's back when %s", async (_why, error) => {
    const { outlet, outcome, adapter, store, funded } = await streamed({ script: [{ says: ["Hel"], error }, {}] });
    expect(outlet.seen).toEqual(["0 text Hel", "0 error stream_interrupted"]);
    expect(adapter.calls).toHaveLength(1);
    expect(outcome).toMatchObject({ output: null, failure: { code: "stream_interrupted" } });
    const again = benchOf({ store, owner: "process-2" });
    expect(await again.run(funded, NEVER, { deltas: new RecordingOutlet() })).toEqual(outcome);
    expect(again.adapter.calls).toEqual([]);
  });

  it("I3 no overspend: the part is charged at what came at most, and marked", async () => {
    const { outcome, store } = await streamed({ script: [{ says: ["12345"], error: broken() }] });
    const [attempt] = outcome.attempts;
    expect(attempt?.error).toContain("charged_at_estimate");
    expect(attempt!.costNanoUsd).toBeLessThan(WORST_CASE);
    expect(attempt!.costNanoUsd).toBeGreaterThanOrEqual(5n * 5_000n);
    expect(store.chargedMicroUsd()).toBe(toMicroUsd(attempt!.costNanoUsd));
  });

  it("I3 no overspend: of a model that thinks, what it may have thought is charged, whatever had been counted", async () => {
    const thinker = { ...A, model: { ...A.model, reasoning: true as const } };
    for (const error of [broken(), broken({ ...USAGE, inputTokens: 1, outputTokens: 1 })]) {
      const { outcome } = await streamed({ script: [{ says: ["12345"], error }], catalog: catalogOf(thinker, B) });
      expect(outcome.attempts[0]?.error).toContain("the model may have thought");
      expect(outcome.attempts[0]!.costNanoUsd).toBeGreaterThanOrEqual(BigInt(MAX_OUTPUT_TOKENS) * 5_000n);
      expect(outcome.attempts[0]!.costNanoUsd).toBeLessThanOrEqual(WORST_CASE);
    }
  });

  it("is charged by the provider's count where it covers what came", async () => {
    const { outcome } = await streamed({ script: [{ says: ["x".repeat(200)], error: broken(USAGE) }] });
    expect(outcome.attempts[0]).toMatchObject({ usage: USAGE, costNanoUsd: 100n * 1_000n + 50n * 5_000n });
    expect(outcome.attempts[0]?.error).not.toContain("charged_at_estimate");
  });

  it("I3 no overspend: is never charged above the worst case", async () => {
    const { outcome } = await streamed({ script: [{ says: ["x".repeat(1_000_000)], error: broken() }] });
    expect(outcome.attempts[0]?.costNanoUsd).toBe(WORST_CASE);
  });

  it("I1 no forbidden call: a refusal in the middle is the output, and the part that was seen is void", async () => {
    const { outlet, outcome } = await streamed({ script: [{ says: ["Hel"], error: new ProviderError("safety_blocked", "") }, {}] });
    expect(outlet.seen).toEqual(["0 text Hel", "0 error safety_blocked"]);
    expect(outcome).toMatchObject({ output: { refused: true, text: "" } });
  });
});

describe("a stream whose process is gone", () => {
  it("I4 exactly one answer: after a crash another attempt speaks, under a higher ordinal", async () => {
    const bench = benchOf({ script: [{ says: ["Hello"] }] });
    const reservation = reservationId(REQUEST_ID, 0);
    await bench.store.begin({ attemptId: attemptId(reservation, 0), reservationId: reservation, worstCaseMicroUsd: toMicroUsd(WORST_CASE), owner: "dead", nowMicros: RECEIVED_AT });
    const outlet = new RecordingOutlet();
    const outcome = await bench.run(fundedOf(streaming()), NEVER, { deltas: outlet });
    expect(outlet.seen).toEqual(["1 text Hello", "1 end"]);
    expect(outcome.attempts.map(({ outcome: end }) => end)).toEqual(["outcome_unknown", "succeeded"]);
  });

  it("a draining process ends without a word, and the next one begins anew", async () => {
    const drain = new AbortController();
    const bench = benchOf({ script: [{ says: ["a", "b", "c"], sayEveryMs: 1_000 }] });
    const outlet = new RecordingOutlet();
    bench.time.after(1_500, () => drain.abort());
    await expect(bench.run(fundedOf(streaming()), drain.signal, { deltas: outlet })).rejects.toMatchObject({ code: "cancelled" });
    expect(outlet.seen).toEqual(["0 text a", "0 text b"]);
    const next = benchOf({ store: bench.store, owner: "process-2", script: [{ says: ["abc"] }] });
    expect(await next.run(fundedOf(streaming()), NEVER, { deltas: outlet })).toMatchObject({ output: { text: "abc" } });
    expect(outlet.seen.slice(2)).toEqual(["1 text abc", "1 end"]);
    // What the first process had been given is charged at that.
    expect([...bench.store.attempts.values()][0]?.finish?.costNanoUsd).toBeLessThan(WORST_CASE);
  });

  it("a redelivered event streams nothing again", async () => {
    const { store, outcome, funded } = await streamed({ script: [{ says: ["Hello"] }] });
    const outlet = new RecordingOutlet();
    expect(await benchOf({ store }).run(funded, NEVER, { deltas: outlet })).toEqual(outcome);
    expect(outlet.seen).toEqual([]);
  });
});
