import { getEventListeners } from "node:events";
import { attemptId, reservationId } from "@leverframe/kernel";
import { ProviderError } from "./provider-error";
import { RETRY_POLICY } from "./next-step";
import { A, B, benchOf, DEADLINE_MS, fundedOf, NEVER, OBLIGATIONS, permitOf, planned, RECEIVED_AT, REQUEST_ID } from "./testing/fixtures";

const DEADLINE_AT = RECEIVED_AT + DEADLINE_MS * 1_000;
const limited = (retryAfterMs: number) => new ProviderError("rate_limited", "", { retryAfterMs });
const alone = (attemptsMax = 4) => fundedOf(permitOf(), [planned(A.id, attemptsMax)]);

describe("deadlines", () => {
  it("never calls past the deadline", async () => {
    const bench = benchOf({ startMicros: DEADLINE_AT });
    const outcome = await bench.run(fundedOf(), NEVER);
    expect(bench.adapter.calls).toEqual([]);
    expect(outcome).toMatchObject({ attempts: [], output: null, failure: { code: "deadline_exceeded" } });
    expect(bench.store.chargedMicroUsd()).toBe(0);
  });

  it("ends a call at the request's deadline, aborts it, and makes no other", async () => {
    let given: AbortSignal | null = null;
    const bench = benchOf({ script: [{ hangs: true, onCall: (_call, signal) => (given = signal) }] });
    const outcome = await bench.run(fundedOf(), NEVER);
    expect(given).toMatchObject({ aborted: true, reason: { kind: "timeout" } });
    expect(outcome.attempts).toMatchObject([{ outcome: "timeout" }]);
    expect(outcome.failure?.code).toBe("deadline_exceeded");
    expect(outcome.endedAtMicros).toBe(DEADLINE_AT);
  });

  it("ends a call at the latency that the policy allows one call, and goes on with the plan", async () => {
    const permit = permitOf({ obligations: { ...OBLIGATIONS, latencyMsMax: 2_000 } });
    const bench = benchOf({ script: [{ hangs: true }, {}] });
    const outcome = await bench.run(fundedOf(permit, [planned(A.id, 1), planned(B.id, 1)]), NEVER);
    expect(outcome.attempts).toMatchObject([
      { candidate: A.id, outcome: "timeout", latencyMicros: 2_000_000 },
      { candidate: B.id, outcome: "succeeded" },
    ]);
  });

  it("leaves no alarm and no listener behind", async () => {
    const controller = new AbortController();
    const bench = benchOf({ script: [{ error: limited(100) }, {}] });
    await bench.run(fundedOf(), controller.signal);
    expect(bench.time.alarmsSet()).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });
});

describe("retries", () => {
  it("waits at least as long as Retry-After asks", async () => {
    const bench = benchOf({ script: [{ error: limited(1_200) }, {}], random: () => 0 });
    await bench.run(alone(), NEVER);
    const [first, second] = bench.adapter.startedAtMicros;
    expect(second! - first!).toBe(1_200_000);
  });

  it("asks somebody else when Retry-After is beyond patience, and waits when there is nobody else", async () => {
    const script = [{ error: limited(RETRY_POLICY.delayMsMax + 1) }, {}];
    const impatient = benchOf({ script });
    await impatient.run(fundedOf(), NEVER);
    expect(impatient.adapter.calls.map(({ deployment }) => deployment.id)).toEqual([A.id, B.id]);
    const patient = benchOf({ script });
    expect(await patient.run(alone(), NEVER)).toMatchObject({ output: { text: "an answer" } });
    expect(patient.adapter.calls).toHaveLength(2);
  });

  it("does not wait for what the deadline makes pointless", async () => {
    const bench = benchOf({ script: [{ error: limited(DEADLINE_MS) }] });
    const outcome = await bench.run(alone(), NEVER);
    expect(bench.adapter.calls).toHaveLength(1);
    expect(outcome.failure?.code).toBe("deadline_exceeded");
    expect(outcome.endedAtMicros).toBe(RECEIVED_AT + 1_000);
  });

  it("spreads over the whole doubling window, up to its bound", async () => {
    const waits = async (random: () => number): Promise<number[]> => {
      const bench = benchOf({ script: [{ error: new ProviderError("unavailable", "") }], random });
      await bench.run(alone(), NEVER);
      return bench.adapter.startedAtMicros.slice(1).map((at, index) => (at - bench.adapter.startedAtMicros[index]!) / 1_000);
    };
    expect(await waits(() => 0)).toEqual([0, 0, 0]);
    expect(await waits(() => 0.5)).toEqual([125, 250, 500]);
    expect(await waits(() => 0.999_999)).toEqual([250, 500, 1_000]);
  });
});

describe("a process that drains", () => {
  it("makes no call once cancelled, and leaves nothing begun", async () => {
    const bench = benchOf();
    await expect(bench.run(fundedOf(), AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled", retryable: true });
    expect(bench.store.attempts.size).toBe(0);
  });

  it("ends the call under way, settles it, and whoever takes over goes on with the next attempt", async () => {
    const controller = new AbortController();
    const bench = benchOf({ script: [{ hangs: true, onCall: () => bench.time.after(50, () => controller.abort()) }] });
    await expect(bench.run(fundedOf(), controller.signal)).rejects.toMatchObject({ code: "cancelled", retryable: true });
    expect(bench.store.inFlight()).toEqual([]);
    const next = benchOf({ store: bench.store, owner: "process-2", startMicros: bench.time.nowMicros() });
    const outcome = await next.run(fundedOf(), NEVER);
    expect(outcome.attempts).toMatchObject([{ outcome: "cancelled" }, { outcome: "succeeded" }]);
    expect(next.adapter.calls[0]?.attemptId).toBe(attemptId(reservationId(REQUEST_ID, 0), 1));
  });

  it("stops waiting for a retry", async () => {
    const controller = new AbortController();
    const bench = benchOf({ script: [{ error: limited(4_000) }] });
    bench.time.after(1_000, () => controller.abort());
    await expect(bench.run(alone(), controller.signal)).rejects.toMatchObject({ code: "cancelled" });
    expect(bench.time.nowMicros()).toBe(RECEIVED_AT + 1_001_000);
  });
});
