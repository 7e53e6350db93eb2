import { attemptId, reservationId, toMicroUsd } from "@leverframe/kernel";
import fc from "fast-check";
import { PROVIDER_ERROR_KINDS, ProviderError, type ProviderErrorKind } from "./provider-error";
import { A, B, type Bench, benchOf, DEADLINE_MS, fundedOf, NEVER, OBLIGATIONS, permitOf, planned, REQUEST_ID, WORST_CASE } from "./testing/fixtures";
import { MemoryAttemptStore } from "./testing/memory-attempt-store";
import { RecordingOutlet } from "./testing/recording-outlet";
import type { ScriptedCall } from "./testing/scripted-adapter";

const RESERVATION = reservationId(REQUEST_ID, 0);
const RESERVED = toMicroUsd(WORST_CASE) * 4;

const latencyMs = fc.integer({ min: 0, max: 2_000 });
const line: fc.Arbitrary<ScriptedCall> = fc.oneof(
  latencyMs.map((ms) => ({ latencyMs: ms })),
  fc.record({ latencyMs, says: fc.constant(["a", "b"]), sayEveryMs: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ latencyMs, error: fc.constantFrom<ProviderErrorKind>(...PROVIDER_ERROR_KINDS).map((kind) => new ProviderError(kind, "")) }),
  fc.record({ latencyMs, says: fc.constant(["a"]), error: fc.constant(new ProviderError("connection", "")) }),
);
const script = fc.record({ [A.id]: fc.array(line, { minLength: 1, maxLength: 3 }), [B.id]: fc.array(line, { minLength: 1, maxLength: 3 }) });
/** How many steps of the store each process lives, one after the other; the last one lives on. */
const lives = fc.array(fc.integer({ min: 1, max: 11 }).map((halves) => halves / 2), { maxLength: 3 });
const permit = permitOf({ obligations: { ...OBLIGATIONS, streaming: true, hedge: true, hedgeAfterMs: 300 } });
const funded = fundedOf(permit, [planned(A.id), planned(B.id)]);

describe("a plan with hedged calls, whatever fails and whenever its processes die", () => {
  it("I2 I3 I4: no attempt is called twice or without its money, nothing is charged beyond the reservation, and every later delivery tells the same", async () => {
    await fc.assert(
      fc.asyncProperty(script, lives, fc.boolean(), async (lines, deaths, streams) => {
        const store = new MemoryAttemptStore();
        store.reserve(RESERVATION, RESERVED);
        const called: string[] = [];
        const candidates = new Map<string, string>();
        const look = ({ adapter }: Bench) => {
          for (const call of adapter.calls) {
            called.push(call.attemptId);
            candidates.set(call.attemptId, call.deployment.id);
          }
        };
        let startMicros: number | undefined;
        const process = (owner: string, stepsToLive?: number) => {
          const bench = benchOf({ store, script: lines, owner, ...(startMicros ? { startMicros } : {}), ...(stepsToLive === undefined ? {} : { stepsToLive }) });
          const run = bench.run(funded, NEVER, streams ? { deltas: new RecordingOutlet() } : {});
          return { bench, run };
        };
        for (const [index, stepsToLive] of deaths.entries()) {
          const { bench, run } = process(`process-${index}`, stepsToLive);
          const ended = await Promise.race([run, bench.time.stillness()]);
          look(bench);
          startMicros = bench.time.nowMicros();
          if (ended) break;
        }
        const { bench, run } = process("process-last");
        const outcome = await run;
        look(bench);

        expect(new Set(called).size).toBe(called.length);
        for (const id of called) expect(store.attempts.has(id)).toBe(true);
        expect(store.inFlight()).toEqual([]);
        expect(store.chargedMicroUsd()).toBeLessThanOrEqual(RESERVED);
        const told = outcome.attempts.map((attempt) => attempt.attemptId);
        expect(told).toEqual(expect.arrayContaining(called));
        expect(told).toEqual([...told].sort());
        for (const { attemptId: id, candidate } of outcome.attempts) expect(candidates.get(id) ?? candidate).toBe(candidate);
        expect(store.chargedMicroUsd()).toBe(outcome.attempts.reduce((sum, { costNanoUsd }) => sum + toMicroUsd(costNanoUsd), 0));
        expect(outcome.output === null).toBe(outcome.failure !== null);

        startMicros = bench.time.nowMicros() + DEADLINE_MS * 1_000;
        const later = process("process-later");
        expect(await later.run).toEqual(outcome);
        expect(later.bench.adapter.calls).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("I2 I4: two processes that are given the same event at once, both alive, tell the same and call nothing twice", async () => {
    const slow = fc.integer({ min: 0, max: 25_000 });
    const slowLine: fc.Arbitrary<ScriptedCall> = fc.oneof(
      slow.map((ms) => ({ latencyMs: ms })),
      fc.record({ latencyMs: slow, error: fc.constantFrom<ProviderErrorKind>("overloaded", "connection", "auth", "context_overflow").map((kind) => new ProviderError(kind, "")) }),
    );
    const both = fc.record({ [A.id]: fc.array(slowLine, { minLength: 1, maxLength: 3 }), [B.id]: fc.array(slowLine, { minLength: 1, maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(both, fc.integer({ min: 0, max: 20_000 }), async (lines, laterMs) => {
        const first = benchOf({ script: lines, owner: "process-1", reservedMicroUsd: RESERVED });
        const second = benchOf({ script: lines, owner: "process-2", store: first.store, time: first.time });
        const later = new Promise<void>((resolve) => first.time.after(laterMs, resolve)).then(() => second.run(funded, NEVER));
        const [one, two] = await Promise.all([first.run(funded, NEVER), later]);
        expect(two).toEqual(one);
        const called = [...first.adapter.calls, ...second.adapter.calls].map((call) => call.attemptId);
        expect(new Set(called).size).toBe(called.length);
        expect(first.store.inFlight()).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("attempt ids sort as their ordinals do, as long as a plan has few", () => {
    const ids = Array.from({ length: 10 }, (_, ordinal) => attemptId(RESERVATION, ordinal));
    expect(ids.toSorted()).toEqual(ids);
  });
});
