import { AppError, attemptId, reservationId, toMicroUsd } from "@leverframe/kernel";
import { GOVERNED_CALL_LIMITS } from "./governed-call";
import { ProviderError } from "./provider-error";
import {
  A, B, benchOf, catalogOf, DEADLINE_MS, deploymentOf, fundedOf, NEVER, permitOf, planned, RECEIVED_AT, REQUEST_ID, WORST_CASE,
} from "./testing/fixtures";

const RESERVATION = reservationId(REQUEST_ID, 0);
const beginOf = (ordinal: number, nowMicros = RECEIVED_AT) => ({
  attemptId: attemptId(RESERVATION, ordinal),
  reservationId: RESERVATION,
  worstCaseMicroUsd: toMicroUsd(WORST_CASE),
  owner: "process-dead",
  nowMicros,
});
const failing = new ProviderError("unavailable", "down", { retryAfterMs: 700 });

describe("I4 exactly one answer: redelivery", () => {
  it.each([
    ["an answer", [{}]],
    ["a retry and an answer", [{ error: failing }, {}]],
    ["a fallback after retries", [{ error: failing }, { error: failing }, {}]],
    ["nothing but failures", [{ error: failing }]],
    ["a refusal", [{ answer: { refused: true } }]],
  ])("I4 exactly one answer: %s is told again in the same words, without a call", async (_name, script) => {
    const first = benchOf({ script, random: () => 0.1 });
    const told = await first.run(fundedOf(), NEVER);
    const charged = first.store.chargedMicroUsd();
    // Another process, after deadline and expiry, with other prices and other random numbers.
    const second = benchOf({
      store: first.store,
      owner: "process-2",
      random: () => 0.99,
      startMicros: RECEIVED_AT + DEADLINE_MS * 10_000,
      catalog: catalogOf(deploymentOf(A.id, { price: { ...A.price, outputNanoUsd: 10n ** 12n } })),
    });
    expect(JSON.stringify(await second.run(fundedOf(), NEVER), bigints)).toBe(JSON.stringify(told, bigints));
    expect(second.adapter.calls).toEqual([]);
    expect(second.store.chargedMicroUsd()).toBe(charged);
  });

  it("I4 exactly one answer: a call that was not allowed stays not allowed when prices fall again", async () => {
    const dear = deploymentOf(A.id, { price: { ...A.price, outputNanoUsd: 10n ** 12n } });
    const first = benchOf({ catalog: catalogOf(dear) });
    const told = await first.run(fundedOf(permitOf(), [planned(A.id)]), NEVER);
    expect(told).toMatchObject({ attempts: [], failure: { code: "permit_invalid" } });
    const second = benchOf({ store: first.store, startMicros: RECEIVED_AT + 5_000_000 });
    expect(await second.run(fundedOf(permitOf(), [planned(A.id)]), NEVER)).toEqual(told);
    expect(second.adapter.calls).toEqual([]);
  });

  it("I4 exactly one answer: a call whose end nobody saw is charged at its worst case, and the next attempt answers", async () => {
    const bench = benchOf();
    await bench.store.begin(beginOf(0));
    const outcome = await bench.run(fundedOf(), NEVER);
    expect(outcome.attempts.map(({ attemptId: id, outcome: end }) => [id, end])).toEqual([
      [attemptId(RESERVATION, 0), "outcome_unknown"],
      [attemptId(RESERVATION, 1), "succeeded"],
    ]);
    expect(outcome.attempts[0]).toMatchObject({ costNanoUsd: WORST_CASE, candidate: A.id, startedAt: RECEIVED_AT });
    expect(bench.store.attempts.get(attemptId(RESERVATION, 0))?.finish?.chargeMicroUsd).toBe(toMicroUsd(WORST_CASE));
    expect(bench.adapter.calls).toHaveLength(1);
    expect(bench.time.nowMicros()).toBeGreaterThanOrEqual(RECEIVED_AT + GOVERNED_CALL_LIMITS.takeoverMs * 1_000);
  });

  it("I4 exactly one answer: an orphan with no attempt left at its candidate falls back to the next one", async () => {
    const bench = benchOf();
    await bench.store.begin(beginOf(0, RECEIVED_AT - 60_000_000));
    const outcome = await bench.run(fundedOf(permitOf(), [planned(A.id, 1), planned(B.id, 1)]), NEVER);
    expect(outcome.attempts.map(({ candidate }) => candidate)).toEqual([A.id, B.id]);
  });

  it("I4 exactly one answer: a call that is alive elsewhere is waited for", async () => {
    const bench = benchOf();
    const other = benchOf({ store: bench.store, owner: "process-2" });
    const told = await other.run(fundedOf(), NEVER);
    const finished = bench.store.attempts.get(attemptId(RESERVATION, 0))!;
    const { finish } = finished;
    finished.finish = null;
    bench.time.after(GOVERNED_CALL_LIMITS.pollMs * 3 + 1, () => (finished.finish = finish));
    expect(await bench.run(fundedOf(), NEVER)).toEqual(told);
    expect(bench.adapter.calls).toEqual([]);
  });

  it("I4 exactly one answer: two deliveries at once in one process make one call", async () => {
    const bench = benchOf({ script: [{ latencyMs: 5_000 }] });
    const [one, two] = await Promise.all([bench.run(fundedOf(), NEVER), bench.run(fundedOf(), NEVER)]);
    expect(bench.adapter.calls).toHaveLength(1);
    expect(two).toEqual(one);
  });

  it("I4 exactly one answer: whoever was taken over goes on from the outcome that was kept", async () => {
    const slow = benchOf({ script: [{ latencyMs: 20_000 }, {}] });
    const usurper = benchOf({ store: slow.store, owner: "process-2", time: slow.time });
    // Both are given the event; the second finds the attempt in flight, waits in vain and ends it.
    const [one, two] = await Promise.all([slow.run(fundedOf(), NEVER), usurper.run(fundedOf(), NEVER)]);
    expect(one.attempts.map(({ outcome: end }) => end)).toEqual(["outcome_unknown", "succeeded"]);
    expect(two).toEqual(one);
    expect(slow.adapter.calls.length + usurper.adapter.calls.length).toBe(2);
  });

  it("keeps trying to settle while the store is away, so that no known outcome becomes unknown", async () => {
    const bench = benchOf();
    bench.store.faults.finish.push(unavailable(), unavailable());
    expect(await bench.run(fundedOf(), NEVER)).toMatchObject({ attempts: [{ outcome: "succeeded" }] });
  });

  it("I2 no unfunded call: leaves the event uncommitted when the store stays away, and tells the end that it knows when it comes again: no second call", async () => {
    const bench = benchOf();
    bench.store.faults.finish.push(...Array.from({ length: 2 * GOVERNED_CALL_LIMITS.finishTriesMax }, unavailable));
    for (let again = 0; again < 2; again++) await expect(bench.run(fundedOf(), NEVER)).rejects.toMatchObject({ code: "unavailable", retryable: true });
    const told = await bench.run(fundedOf(), NEVER);
    expect(told.attempts.map(({ outcome: end }) => end)).toEqual(["succeeded"]);
    expect(bench.adapter.calls).toHaveLength(1);
    expect(await bench.run(fundedOf(), NEVER)).toEqual(told);
  });

  it("ends at once an orphan of its own whose end it does not know any more", async () => {
    const bench = benchOf();
    await bench.store.begin({ ...beginOf(0), owner: "process-1" });
    const outcome = await bench.run(fundedOf(), NEVER);
    expect(outcome.attempts.map(({ outcome: end }) => end)).toEqual(["outcome_unknown", "succeeded"]);
    expect(outcome.endedAtMicros - RECEIVED_AT).toBeLessThan(GOVERNED_CALL_LIMITS.takeoverMs * 1_000);
  });

  it("calls nothing when the store cannot begin", async () => {
    const bench = benchOf();
    bench.store.faults.begin.push(unavailable());
    await expect(bench.run(fundedOf(), NEVER)).rejects.toMatchObject({ code: "unavailable" });
    expect(bench.adapter.calls).toEqual([]);
  });
});

const unavailable = (): AppError => new AppError("unavailable", "the store is away");
const bigints = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);
