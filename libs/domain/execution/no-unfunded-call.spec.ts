import fc from "fast-check";
import { costOf } from "@leverframe/catalog";
import { attemptId, reservationId, toMicroUsd } from "@leverframe/kernel";
import { PROVIDER_ERROR_KINDS, PROVIDER_ERRORS, ProviderError } from "./provider-error";
import { A, B, benchOf, fundedOf, MAX_OUTPUT_TOKENS, NEVER, permitOf, planned, REQUEST_ID, WORST_CASE } from "./testing/fixtures";
import { MemoryAttemptStore } from "./testing/memory-attempt-store";
import { USAGE } from "./testing/scripted-adapter";

const ID = attemptId(reservationId(REQUEST_ID, 0), 0);

describe("I2 no unfunded call", () => {
  it("I2 no unfunded call: the attempt is in the store, at its worst case, before the provider hears of it", async () => {
    const seen: unknown[] = [];
    const bench = benchOf({ script: [{ onCall: () => seen.push(bench.store.inFlight()) }] });
    await bench.run(fundedOf(), NEVER);
    expect(seen).toEqual([[ID]]);
    expect(bench.store.attempts.get(ID)?.begin.worstCaseMicroUsd).toBe(toMicroUsd(WORST_CASE));
  });

  it.each([
    ["no reservation", (): MemoryAttemptStore => new MemoryAttemptStore()],
    ["a reservation that is too small", () => storeWith(toMicroUsd(WORST_CASE) - 1)],
  ])("I2 no unfunded call: %s, no call", async (_name, store) => {
    const bench = benchOf({ store: store() });
    const outcome = await bench.run(fundedOf(), NEVER);
    expect(bench.adapter.calls).toEqual([]);
    expect(outcome).toMatchObject({ attempts: [], output: null, failure: { code: "reservation_invalid" } });
  });

  it("I2 no unfunded call: a reservation of another request or round pays for nothing", async () => {
    const funded = fundedOf();
    for (const foreign of [reservationId("01890a5d-ac96-774b-bcce-b302099a8058", 0), reservationId(REQUEST_ID, 1)]) {
      const bench = benchOf();
      bench.store.reserve(foreign, 1_000_000);
      const outcome = await bench.run({ ...funded, funding: { ...funded.funding, reservationId: foreign } }, NEVER);
      expect(bench.adapter.calls).toEqual([]);
      expect(outcome.failure?.code).toBe("reservation_invalid");
    }
  });

  it("I2 no unfunded call: a claimed worst case below the real one is found out", async () => {
    const bench = benchOf();
    const plan = [{ ...planned(A.id), worstCaseNanoUsd: WORST_CASE - 1n }];
    const outcome = await bench.run(fundedOf(permitOf(), plan), NEVER);
    expect(bench.adapter.calls).toEqual([]);
    expect(outcome.failure?.code).toBe("reservation_invalid");
  });

  it("I2 no unfunded call: retries end where the reservation does", async () => {
    const failing = [{ error: new ProviderError("unavailable", "", { billed: "unknown" }) }];
    const bench = benchOf({ script: failing, reservedMicroUsd: toMicroUsd(WORST_CASE) * 3 });
    const outcome = await bench.run(fundedOf(permitOf(), [planned(A.id, 8)]), NEVER);
    expect(bench.adapter.calls).toHaveLength(3);
    expect(bench.store.chargedMicroUsd()).toBe(toMicroUsd(WORST_CASE) * 3);
    expect(outcome.failure?.code).toBe("reservation_invalid");
  });

  it("I3 no overspend: whatever providers claim to have counted, the charge is at most the worst case", async () => {
    const count = fc.oneof(fc.nat(500), fc.integer(), fc.double(), fc.constantFrom(2 ** 53, Number.NaN, Infinity));
    const usage = fc.option(
      fc.record({ inputTokens: count, cachedInputTokens: count, cacheWriteTokens: count, outputTokens: count, reasoningTokens: count }),
    );
    await fc.assert(
      fc.asyncProperty(usage, fc.constantFrom(null, ...PROVIDER_ERROR_KINDS), async (counted, kind) => {
        const error = kind && new ProviderError(kind, "", { usage: counted });
        const bench = benchOf({ script: [error ? { error } : { answer: { usage: counted } }] });
        await bench.run(fundedOf(permitOf(), [planned(A.id, 1)]), NEVER);
        const charge = bench.store.chargedMicroUsd();
        expect(charge).toBeGreaterThanOrEqual(0);
        expect(charge).toBeLessThanOrEqual(toMicroUsd(WORST_CASE));
        expect(bench.store.inFlight()).toEqual([]);
      }),
    );
  });
});

describe("settlement", () => {
  const settled = async (script: Parameters<typeof benchOf>[0]) => {
    const bench = benchOf(script);
    const { attempts } = await bench.run(fundedOf(permitOf(), [planned(A.id, 1)]), NEVER);
    return { attempt: attempts[0], charge: bench.store.chargedMicroUsd(), call: bench.adapter.calls[0] };
  };

  it("charges what the provider counted, at the catalog's price", async () => {
    const { attempt, charge, call } = await settled({});
    const cost = costOf(USAGE, A.price);
    expect(attempt).toMatchObject({ costNanoUsd: cost, usage: USAGE, outcome: "succeeded", error: null });
    expect(charge).toBe(toMicroUsd(cost));
    expect(call).toMatchObject({ maxOutputTokens: MAX_OUTPUT_TOKENS, temperature: 0.2, attemptId: ID });
  });

  it("charges the worst case, and says so, when the provider counts nothing", async () => {
    const { attempt, charge } = await settled({ script: [{ answer: { usage: null } }] });
    expect(attempt).toMatchObject({ outcome: "succeeded", usage: null, costNanoUsd: WORST_CASE });
    expect(attempt?.error).toMatch(/^charged_at_worst_case/);
    expect(charge).toBe(toMicroUsd(WORST_CASE));
  });

  it("keeps the true cost beside a charge at the worst case when the provider counts more than it may", async () => {
    const usage = { ...USAGE, outputTokens: MAX_OUTPUT_TOKENS * 10 };
    const { attempt, charge } = await settled({ script: [{ answer: { usage } }] });
    expect(attempt).toMatchObject({ outcome: "succeeded", usage, costNanoUsd: costOf(usage, A.price) });
    expect(attempt?.error).toMatch(/^billed_above_worst_case/);
    expect(charge).toBe(toMicroUsd(WORST_CASE));
  });

  it.each(PROVIDER_ERROR_KINDS)("charges a call that failed with %s as it is billed", async (kind) => {
    const { attempt, charge } = await settled({ script: [{ error: new ProviderError(kind, "it failed") }] });
    const billed = PROVIDER_ERRORS[kind].billed !== "no";
    expect(charge).toBe(billed ? toMicroUsd(WORST_CASE) : 0);
    expect(attempt).toMatchObject({ outcome: kind, costNanoUsd: billed ? WORST_CASE : 0n });
  });

  it("charges a failed call by its usage when the provider told it", async () => {
    const error = new ProviderError("malformed_output", "broken", { usage: USAGE });
    expect(await settled({ script: [{ error }] })).toMatchObject({ charge: toMicroUsd(costOf(USAGE, A.price)) });
  });

  it("keeps no output beyond the bound, pays for it and does not buy it again", async () => {
    const bench = benchOf({ script: [{ answer: { text: "ü".repeat(300_000) } }] });
    const outcome = await bench.run(fundedOf(permitOf(), [planned(A.id, 4)]), NEVER);
    expect(bench.adapter.calls).toHaveLength(1);
    expect(outcome.attempts[0]).toMatchObject({ outcome: "malformed_output", costNanoUsd: costOf(USAGE, A.price) });
  });

  it("goes on to the next candidate when no adapter speaks the provider's api, at no charge", async () => {
    const bench = benchOf();
    const { adapterOf } = bench.deps;
    const { AppError } = await import("@leverframe/kernel");
    Object.assign(bench.deps, {
      adapterOf: (deployment: typeof A) => {
        if (deployment.id === A.id) throw new AppError("bad_config", "no adapter");
        return adapterOf(deployment);
      },
    });
    const outcome = await bench.run(fundedOf(), NEVER);
    expect(outcome.attempts.map(({ candidate, outcome: end, costNanoUsd }) => [candidate, end, costNanoUsd === 0n])).toEqual([
      [A.id, "unavailable", true],
      [B.id, "succeeded", false],
    ]);
  });
});

function storeWith(amountMicroUsd: number): MemoryAttemptStore {
  const store = new MemoryAttemptStore();
  store.reserve(reservationId(REQUEST_ID, 0), amountMicroUsd);
  return store;
}
