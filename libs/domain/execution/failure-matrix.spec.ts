import { isRefusal, PROVIDER_ERROR_KINDS, PROVIDER_ERRORS, ProviderError } from "./provider-error";
import { A, B, benchOf, fundedOf, NEVER, OBLIGATIONS, permitOf, planned } from "./testing/fixtures";
import { RecordingOutlet } from "./testing/recording-outlet";
import type { ScriptedCall } from "./testing/scripted-adapter";

const lenient = permitOf({ obligations: { ...OBLIGATIONS, fallbackOnRefusal: true } });
const streams = permitOf({ obligations: { ...OBLIGATIONS, streaming: true } });

const calledWith = async (script: readonly ScriptedCall[], permit = permitOf(), plan = [planned(A.id), planned(B.id)], deltas = new RecordingOutlet()) => {
  const bench = benchOf({ script });
  const outcome = await bench.run(fundedOf(permit, plan), NEVER, { deltas });
  return { called: bench.adapter.calls.map(({ deployment }) => deployment.id), outcome, seen: deltas.seen };
};

const rows = PROVIDER_ERROR_KINDS.map((kind) => {
  const { retryable, fallback } = PROVIDER_ERRORS[kind];
  return { kind, retryable, fallback, refusal: isRefusal(kind) };
});

describe.each([
  ["plain", permitOf()],
  ["streamed, before its first piece", streams],
])("failure matrix: every kind of provider error, %s", (_mode, permit) => {
  it.each(rows)("$kind once: retried $retryable, fallen back from $fallback", async ({ kind, retryable, fallback, refusal }) => {
    const { called, outcome, seen } = await calledWith([{ error: new ProviderError(kind, "") }, { says: ["an answer"] }], permit);
    expect(called).toEqual(retryable ? [A.id, A.id] : fallback ? [A.id, B.id] : [A.id]);
    const answered = retryable || fallback;
    expect(outcome.output?.text ?? null).toBe(answered ? "an answer" : refusal ? "" : null);
    expect(outcome.failure?.code ?? null).toBe(answered || refusal ? null : "attempts_exhausted");
    expect(seen).toEqual(answered && permit === streams ? ["1 text an answer", "1 end"] : []);
  });

  it.each(rows)("$kind for ever: ends, within the attempts of the plan", async ({ kind, retryable, fallback, refusal }) => {
    const { called, outcome } = await calledWith([{ error: new ProviderError(kind, "") }], permit);
    const perCandidate = retryable ? 2 : 1;
    expect(called).toHaveLength(fallback ? perCandidate * 2 : perCandidate);
    expect(outcome.attempts.map(({ outcome: end }) => end)).toEqual(called.map(() => kind));
    expect(outcome.failure?.code ?? null).toBe(refusal ? null : "attempts_exhausted");
  });
});

describe("failure matrix: every kind of provider error, streamed, after its first piece", () => {
  // A call is cancelled by us alone: by a draining process (then another begins anew) or by the application.
  it.each(rows.filter(({ kind }) => kind !== "cancelled"))("$kind: nobody else is asked, and what was seen is told void", async ({ kind, refusal }) => {
    const { called, outcome, seen } = await calledWith([{ says: ["a part"], error: new ProviderError(kind, "") }, {}], streams);
    expect(called).toEqual([A.id]);
    expect(seen).toEqual(["0 text a part", `0 error ${refusal ? kind : "stream_interrupted"}`]);
    expect(outcome.failure?.code ?? null).toBe(refusal ? null : "stream_interrupted");
    expect(outcome.attempts).toMatchObject([{ outcome: kind, notes: ["streamed"] }]);
    expect(outcome.attempts[0]!.costNanoUsd).toBeGreaterThan(0n);
  });
});

describe("content refusals are not laundered", () => {
  const refusals: [string, ScriptedCall][] = [
    ["a refused answer", { answer: { text: "I will not", refused: true, finishReason: "content_filter" } }],
    ["content_refused", { error: new ProviderError("content_refused", "") }],
    ["safety_blocked", { error: new ProviderError("safety_blocked", "") }],
  ];

  it.each(refusals)("I1 no forbidden call: %s is the output, and nobody else is asked", async (_name, refusal) => {
    const { called, outcome } = await calledWith([refusal, {}]);
    expect(called).toEqual([A.id]);
    expect(outcome.output).toMatchObject({ refused: true });
    expect(outcome.attempts[0]?.outcome).toMatch(/content_refused|safety_blocked/);
  });

  it.each(refusals)("%s falls back, and is never retried, where the permit says so", async (_name, refusal) => {
    const { called, outcome } = await calledWith([refusal, {}], lenient);
    expect(called).toEqual([A.id, B.id]);
    expect(outcome.output).toMatchObject({ text: "an answer", refused: false });
  });

  it("stays the output when everybody who may be asked refuses or fails", async () => {
    const [refused] = refusals;
    const { outcome } = await calledWith([refused![1], { error: new ProviderError("auth", "") }], lenient);
    expect(outcome).toMatchObject({ output: { text: "I will not", refused: true }, failure: null });
  });
});

describe("what a plan cannot do", () => {
  it("refuses a prompt that is none", async () => {
    const bench = benchOf();
    const funded = fundedOf();
    const outcome = await bench.run({ ...funded, request: { ...funded.request, prompt: Uint8Array.of(123) } }, NEVER);
    expect(outcome).toMatchObject({ failure: { code: "bad_input" }, attempts: [] });
    expect(bench.store.attempts.size).toBe(0);
  });

  it("never makes more than eight attempts at one candidate", async () => {
    const bench = benchOf({ script: [{ error: new ProviderError("rate_limited", "") }], random: () => 0 });
    await bench.run(fundedOf(permitOf(), [planned(A.id, 1_000_000)]), NEVER);
    expect(bench.adapter.calls).toHaveLength(8);
  });

  it.each([[[]], [[planned(A.id, 0)]]])("makes no call when none is paid for (%#)", async (plan) => {
    const { called, outcome } = await calledWith([{}], permitOf(), plan);
    expect(called).toEqual([]);
    expect(outcome.failure?.code).toBe("reservation_invalid");
  });

  it("takes an adapter's unexpected error for a failed call of unknown cost", async () => {
    const { called, outcome } = await calledWith([{ error: new TypeError("a bug with sk-secret in it") }, {}]);
    expect(called).toEqual([A.id, B.id]);
    expect(outcome.attempts[0]).toMatchObject({ outcome: "unknown" });
    expect(outcome.attempts[0]?.error).not.toContain("sk-secret");
  });
});
