import { attemptId, reservationId } from "@leverframe/kernel";
import { FALLBACK_TRIGGERS, type Obligations, requestDigest } from "@leverframe/permit";
import { writeChatPrompt } from "@leverframe/prompt";
import { PROVIDER_ERRORS, PROVIDER_ERROR_KINDS, ProviderError } from "./provider-error";
import {
  A, B, benchOf, type BenchOptions, catalogOf, digest, fundedOf, NEVER, OBLIGATIONS, permitOf, planned, request, REQUEST_ID, withWindow,
} from "./testing/fixtures";

const obliged = (changes: Partial<Obligations>) => permitOf({ obligations: { ...OBLIGATIONS, ...changes } });
const overflow = { error: new ProviderError("context_overflow", "too long") };

async function run(options: BenchOptions, permit = permitOf(), plan = [planned(A.id), planned(B.id)]) {
  const bench = benchOf(options);
  const outcome = await bench.run(fundedOf(permit, plan), NEVER);
  return { ...bench, outcome, called: bench.adapter.calls.map(({ deployment }) => deployment.id) };
}

describe("a prompt that is too long for a model", () => {
  it("goes to the next candidate with a larger window, passing over the others", async () => {
    const small = withWindow(B.id, 50_000);
    const larger = withWindow(A.id, 100_000);
    const { called } = await run({ script: [overflow, {}], catalog: catalogOf(small, larger) }, permitOf(), [planned(B.id), planned(B.id), planned(A.id)]);
    expect(called).toEqual([B.id, A.id]);
  });

  it("goes to nobody when no window is larger", async () => {
    const { called, outcome } = await run({ script: [overflow], catalog: catalogOf(A, withWindow(B.id, 100_000)) });
    expect(called).toEqual([A.id]);
    expect(outcome).toMatchObject({ failure: { code: "attempts_exhausted" } });
  });

  describe("and may be pruned", () => {
    const turn = (index: number) => [{ role: "user", content: `question ${index} ${"x".repeat(500)}` }, { role: "assistant", content: "answer" }] as const;
    const messages = [{ role: "system", content: "be brief" } as const, ...[1, 2, 3, 4].flatMap(turn), { role: "user", content: "and now?" } as const];
    const long = { ...request, prompt: writeChatPrompt({ messages }) };
    const permit = { ...obliged({ prune: true }), requestDigest: requestDigest(long, digest) };
    const fundedLong = (over = permit) => ({ ...fundedOf(over, [{ ...planned(A.id, 3), worstCaseNanoUsd: planned(A.id).worstCaseNanoUsd * 40n }]), request: long });
    const bench = (script: BenchOptions["script"]) => benchOf({ script: script!, reservedMicroUsd: 10 ** 9 });

    it("is sent again with at most half of it, then a quarter; the record says what was left out", async () => {
      const { run: runPlan, adapter } = bench([overflow, overflow, {}]);
      const { attempts, output } = await runPlan(fundedLong(), NEVER);
      expect(output?.text).toBe("an answer");
      expect(adapter.calls.map((call) => call.messages.length)).toEqual([10, 4, 2]);
      expect(adapter.calls.at(-1)?.messages.at(-1)).toMatchObject({ content: "and now?" });
      expect(attempts.map(({ notes }) => notes)).toEqual([[], ["pruned: 3 turns, 0 tool results, 0 contexts"], ["pruned: 4 turns, 0 tool results, 0 contexts"]]);
    });

    it("before it is sent at all, where it cannot fit", async () => {
      const narrow = withWindow(A.id, planned(A.id).maxOutputTokens + 1_500);
      const runOf = benchOf({ script: [{}], catalog: catalogOf(narrow), reservedMicroUsd: 10 ** 9 });
      const { attempts, output } = await runOf.run(fundedLong(), NEVER);
      expect(output?.text).toBe("an answer");
      expect(attempts).toMatchObject([{ notes: ["pruned: 3 turns, 0 tool results, 0 contexts"] }]);
    });

    it("I4 exactly one answer: is pruned to the same again when the event is redelivered", async () => {
      const first = bench([overflow, {}]);
      const told = await first.run(fundedLong(), NEVER);
      const again = benchOf({ store: first.store, owner: "process-2" });
      expect(await again.run(fundedLong(), NEVER)).toEqual(told);
      expect(again.adapter.calls).toEqual([]);
    });

    it("only where the policy says so", async () => {
      const { run: runPlan, adapter } = bench([overflow, {}]);
      await runPlan(fundedLong({ ...permit, obligations: OBLIGATIONS }), NEVER);
      expect(adapter.calls).toHaveLength(1);
    });

    it("never where nothing of it may go", async () => {
      const { called, outcome } = await run({ script: [overflow, {}] }, obliged({ prune: true }), [planned(A.id)]);
      expect(called).toEqual([A.id]);
      expect(outcome.failure?.code).toBe("attempts_exhausted");
    });
  });
});

describe("fallback triggers", () => {
  it("name every kind that another candidate may not meet, but the ends that are ours", () => {
    const falling = PROVIDER_ERROR_KINDS.filter((kind) => PROVIDER_ERRORS[kind].fallback && kind !== "cancelled");
    expect([...FALLBACK_TRIGGERS].filter((trigger) => !["latency", "health", "quality"].includes(trigger)).sort()).toEqual(falling.toSorted());
  });

  it.each(PROVIDER_ERROR_KINDS.filter((kind) => (FALLBACK_TRIGGERS as readonly string[]).includes(kind)))(
    "%s leads to nobody else where the policy takes it for no reason to, and is retried as ever",
    async (kind) => {
      const { called } = await run({ script: [{ error: new ProviderError(kind, "") }] }, obliged({ noFallbackOn: [kind] }));
      expect(called).toEqual(PROVIDER_ERRORS[kind].retryable ? [A.id, A.id] : [A.id]);
      const others = FALLBACK_TRIGGERS.filter((trigger) => trigger !== kind);
      expect((await run({ script: [{ error: new ProviderError(kind, "") }] }, obliged({ noFallbackOn: others }))).called).toContain(B.id);
    },
  );

  it("tell a call over the policy's latency from one that the provider timed out", async () => {
    const once = [planned(A.id, 1), planned(B.id, 1)];
    const slow = { script: [{ hangs: true }, {}] };
    const overLatency = await run(slow, obliged({ latencyMsMax: 2_000, noFallbackOn: ["timeout"] }), once);
    expect(overLatency.outcome.attempts).toMatchObject([{ outcome: "timeout", notes: ["over_latency"] }, { candidate: B.id }]);
    expect((await run(slow, obliged({ latencyMsMax: 2_000, noFallbackOn: ["latency"] }), once)).called).toEqual([A.id]);
    const told = { script: [{ error: new ProviderError("timeout", "504") }, {}] };
    expect((await run(told, obliged({ latencyMsMax: 2_000, noFallbackOn: ["latency"] }), once)).called).toEqual([A.id, B.id]);
  });
});

describe("idempotency keys", () => {
  const idOf = (ordinal: number) => attemptId(reservationId(REQUEST_ID, 0), ordinal);

  it.each([
    ["connection", [undefined, idOf(0), undefined]],
    ["overloaded", [undefined, undefined, undefined]],
    ["malformed_output", [undefined, undefined, undefined]],
  ] as const)("repeat the call's own where nobody saw its end, at the same candidate alone: %s", async (kind, keys) => {
    const { adapter } = await run({ script: [{ error: new ProviderError(kind, "") }] }, permitOf(), [planned(A.id, 2), planned(B.id, 1)]);
    expect(adapter.calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual(keys);
  });

  it("stay the first one's over several repeats", async () => {
    const { adapter } = await run({ script: [{ error: new ProviderError("connection", "") }] }, permitOf(), [planned(A.id, 3)]);
    expect(adapter.calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual([undefined, idOf(0), idOf(0)]);
  });
});
