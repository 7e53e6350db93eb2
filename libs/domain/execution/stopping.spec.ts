import { toMicroUsd } from "@leverframe/kernel";
import { ProviderError } from "./provider-error";
import { benchOf, fundedOf, NEVER, OBLIGATIONS, permitOf, RECEIVED_AT, WORST_CASE } from "./testing/fixtures";
import { RecordingOutlet } from "./testing/recording-outlet";

const permit = permitOf({ obligations: { ...OBLIGATIONS, streaming: true, hedge: true, hedgeAfterMs: 500 } });
const plain = permitOf();

/** Runs the plan and stops it after so many milliseconds; 0: before it began. */
async function stopped(script: Parameters<typeof benchOf>[0], afterMs: number, over = plain) {
  const bench = benchOf(script);
  const stop = new AbortController();
  const deltas = new RecordingOutlet();
  if (afterMs === 0) stop.abort();
  else bench.time.after(afterMs, () => stop.abort());
  const outcome = await bench.run(fundedOf(over), NEVER, { stop: stop.signal, deltas });
  return { ...bench, outcome, deltas };
}

describe("a request that is cancelled", () => {
  it("before its first call makes none, and costs nothing", async () => {
    const { outcome, adapter, store } = await stopped({}, 0);
    expect(outcome).toMatchObject({ attempts: [], output: null, failure: { code: "cancelled" } });
    expect([adapter.calls.length, store.chargedMicroUsd()]).toEqual([0, 0]);
  });

  it("during a call ends it at once, aborts it and asks nobody else", async () => {
    let given: AbortSignal | null = null;
    const { outcome, adapter, time } = await stopped({ script: [{ hangs: true, onCall: (_call, signal) => (given = signal) }] }, 700);
    expect(given).toMatchObject({ aborted: true });
    expect(adapter.calls).toHaveLength(1);
    expect(time.nowMicros()).toBe(RECEIVED_AT + 701_000);
    expect(outcome).toMatchObject({ attempts: [{ outcome: "cancelled" }], output: null, failure: { code: "cancelled" } });
  });

  it("settles what came of a stream, and the whole of a call whose use nobody knows", async () => {
    const stream = await stopped({ script: [{ says: ["a", "b", "c"], sayEveryMs: 100 }] }, 150, permitOf({ obligations: { ...OBLIGATIONS, streaming: true } }));
    expect(stream.deltas.seen).toEqual(["0 text a", "0 text b", "0 error cancelled"]);
    expect(stream.store.chargedMicroUsd()).toBeLessThan(toMicroUsd(WORST_CASE));
    const whole = await stopped({ script: [{ hangs: true }] }, 150);
    expect(whole.store.chargedMicroUsd()).toBe(toMicroUsd(WORST_CASE));
  });

  it("while it waits for a retry makes no further call", async () => {
    const { outcome, adapter, time } = await stopped({ script: [{ error: new ProviderError("rate_limited", "", { retryAfterMs: 4_000 }) }] }, 1_000);
    expect(adapter.calls).toHaveLength(1);
    expect(time.nowMicros()).toBeLessThan(RECEIVED_AT + 2_000_000);
    expect(outcome).toMatchObject({ attempts: [{ outcome: "rate_limited" }], failure: { code: "cancelled" } });
  });

  it("ends both of two calls that are under way", async () => {
    const { outcome, adapter, store } = await stopped({ script: [{ hangs: true }], reservedMicroUsd: toMicroUsd(WORST_CASE) * 4 }, 900, permit);
    expect(adapter.calls).toHaveLength(2);
    expect(store.inFlight()).toEqual([]);
    expect(outcome.attempts.map(({ outcome: end }) => end)).toEqual(["cancelled", "cancelled"]);
    expect(outcome.failure?.code).toBe("cancelled");
  });

  it("too late, when the answer is there, is answered", async () => {
    const { outcome } = await stopped({ script: [{ latencyMs: 100 }] }, 5_000);
    expect(outcome).toMatchObject({ output: { text: "an answer" }, failure: null });
  });

  it.each([0, 700])("I4 exactly one answer: stays cancelled for a process that never heard of it (after %d ms)", async (afterMs) => {
    const { outcome, store } = await stopped({ script: [{ hangs: true }] }, afterMs);
    const other = benchOf({ store, owner: "process-2" });
    expect(await other.run(fundedOf(plain), NEVER)).toEqual(outcome);
    expect(other.adapter.calls).toEqual([]);
  });
});
