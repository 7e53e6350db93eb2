import fc from "fast-check";
import type { Deployment } from "@leverframe/catalog";
import type { Funded } from "@leverframe/events";
import { writeChatPrompt } from "@leverframe/prompt";
import { ProviderError } from "./provider-error";
import {
  A, B, benchOf, catalogOf, DEADLINE_MS, deploymentOf, FORBIDDEN, FORGED_KEY, fundedOf, NEVER, OBLIGATIONS, permitOf,
  planned, RECEIVED_AT, request, signed,
} from "./testing/fixtures";

interface Scene {
  readonly funded: Funded;
  readonly deployments: readonly Deployment[];
  readonly startMicros: number;
}

/** Funded far above need: a price that is too dear has to fail at the permit, not at the reservation. */
const rich = (candidate: string, attemptsMax = 2) => ({ ...planned(candidate, attemptsMax), worstCaseNanoUsd: 10n ** 9n });
const RESERVED_MICRO_USD = 10 ** 9;

const scene: Scene = { funded: fundedOf(permitOf(), [rich(A.id), rich(B.id)]), deployments: [A, B, FORBIDDEN], startMicros: RECEIVED_AT + 1_000 };
const withEvent = (change: (funded: Funded) => Funded) => (at: Scene): Scene => ({ ...at, funded: change(at.funded) });
const withPermit = (permit: Funded["permit"]) => withEvent((funded) => ({ ...funded, permit }));
const withPlan = (...plan: Funded["funding"]["plan"]) =>
  withEvent((funded) => ({ ...funded, funding: { ...funded.funding, plan } }));
const withDeployments = (change: Partial<Deployment>) => (at: Scene): Scene => ({
  ...at,
  deployments: at.deployments.map((deployment) => ({ ...deployment, ...change })),
});

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length >> 1]! ^= 1;
  return copy;
}

const genuine = fundedOf().permit;
const otherPrompt = writeChatPrompt({ messages: [{ role: "user", content: "something else" }] });

/** Each alone makes every call of the plan forbidden. */
const FORGERIES: Readonly<Record<string, (at: Scene) => Scene>> = {
  "a signature by another key": withPermit(signed(permitOf(), FORGED_KEY)),
  "a changed body": withPermit({ ...genuine, body: flipped(genuine.body) }),
  "a changed signature": withPermit({ ...genuine, signature: flipped(genuine.signature) }),
  "no signature": withPermit({ ...genuine, signature: new Uint8Array(0) }),
  "an unknown key id": withPermit({ ...genuine, kid: "k9" }),
  "a permit for another request": withPermit(signed(permitOf({ requestId: "01890a5d-ac96-774b-bcce-b302099a8058" }))),
  "a permit for another tenant": withPermit(signed(permitOf({ tenant: "globex" }))),
  "an event of another tenant": withEvent((funded) => ({ ...funded, origin: { ...funded.origin, tenant: "initech" } })),
  "another prompt under the permit": withEvent((funded) => ({ ...funded, request: { ...request, prompt: otherPrompt } })),
  "other parameters under the permit": withEvent((funded) => ({ ...funded, request: { ...request, temperature: 1.9 } })),
  "a candidate outside the permit": withPlan(rich(FORBIDDEN.id, 8)),
  "a candidate that nobody knows": withPlan(rich("model-of-nobody")),
  "a permit without candidates": withPermit(signed(permitOf({ candidates: [] }))),
  "a dearer input price": withDeployments({ price: { ...A.price, inputNanoUsd: A.price.inputNanoUsd + 1n } }),
  "a dearer cached price": withDeployments({ price: { ...A.price, cachedInputNanoUsd: A.price.inputNanoUsd + 1n } }),
  "a dearer output price": withDeployments({ price: { ...A.price, outputNanoUsd: A.price.outputNanoUsd + 1n } }),
  "another region": withDeployments({ region: "us" }),
  "an expired permit": (at) => ({ ...at, startMicros: RECEIVED_AT + DEADLINE_MS * 1_000 }),
  "a permit that expires before the deadline": withPermit(signed(permitOf({ expiresAt: RECEIVED_AT + 1_000 }))),
  "a permit of the future": (at) => ({ ...at, startMicros: RECEIVED_AT - 3_600_000_000 }),
  "more output than obliged": withPermit(signed(permitOf({ obligations: { ...OBLIGATIONS, outputTokensMax: 1 } }))),
  "no output limit": withPlan({ ...rich(A.id), maxOutputTokens: 0 }),
};

const OTHER_CODES: Readonly<Record<string, string>> = {
  "an expired permit": "deadline_exceeded",
  "no output limit": "reservation_invalid",
};
/** What depends on the time or the catalog is found after the attempt was begun; the rest never touches the store. */
const AT_CALL_TIME = /price|region|expire|future/;

const runScene = async ({ funded, deployments, startMicros }: Scene) => {
  const bench = benchOf({ catalog: catalogOf(...deployments), startMicros, reservedMicroUsd: RESERVED_MICRO_USD });
  return { bench, outcome: await bench.run(funded, NEVER) };
};

describe("I1 no forbidden call", () => {
  it("calls for the genuine event, so that the cases below mean something", async () => {
    const { bench, outcome } = await runScene(scene);
    expect(bench.adapter.calls).toHaveLength(1);
    expect(outcome).toMatchObject({ failure: null, output: { text: "an answer" } });
  });

  it.each(Object.entries(FORGERIES))("I1 no forbidden call: %s", async (name, forge) => {
    const { bench, outcome } = await runScene(forge(scene));
    expect(bench.adapter.calls).toEqual([]);
    expect(bench.store.chargedMicroUsd()).toBe(0);
    expect(outcome.output).toBeNull();
    expect(outcome.attempts).toEqual([]);
    expect(outcome.failure?.code).toBe(OTHER_CODES[name] ?? "permit_invalid");
    if (!AT_CALL_TIME.test(name)) expect(bench.store.attempts.size).toBe(0);
  });

  it("I1 no forbidden call: 1,000 hostile plans under forged events never reach a provider", async () => {
    const forgery = fc.constantFrom(...Object.keys(FORGERIES));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(forgery, { minLength: 1, maxLength: 4 }), fc.nat(8), async (names, attemptsMax) => {
        const start = withPlan(rich(A.id, attemptsMax), rich(B.id))(scene);
        const { bench } = await runScene(names.reduce((at, name) => FORGERIES[name]!(at), start));
        expect(bench.adapter.calls).toEqual([]);
        expect(bench.store.chargedMicroUsd()).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it("I1 no forbidden call: whatever the plan lists, only permitted candidates are called, as permitted", async () => {
    const deployment = fc
      .record({ id: fc.constantFrom(A.id, B.id, FORBIDDEN.id), region: fc.constantFrom("eu", "us"), dearer: fc.boolean() })
      .map(({ id, region, dearer }) =>
        deploymentOf(id, { region, price: dearer ? { ...A.price, outputNanoUsd: A.price.outputNanoUsd + 1n } : A.price }),
      );
    const call = fc.record({
      candidate: fc.constantFrom(A.id, B.id, FORBIDDEN.id, "model-of-nobody"),
      attemptsMax: fc.integer({ min: -1, max: 12 }),
      maxOutputTokens: fc.constantFrom(-1, 0, 1, 200, 201, 1.5, Number.NaN),
      worstCaseNanoUsd: fc.constantFrom(0n, 1n, planned(A.id).worstCaseNanoUsd, 10n ** 15n),
    });
    const kind = fc.constantFrom("rate_limited", "unavailable", "auth", "unknown", "content_refused", "timeout" as const);
    const script = fc.array(fc.oneof(kind.map((name) => ({ error: new ProviderError(name, "") })), fc.constant({})), { minLength: 1 });
    const permit = permitOf({ obligations: { ...OBLIGATIONS, outputTokensMax: 200 } });
    await fc.assert(
      fc.asyncProperty(fc.array(deployment), fc.array(call), script, async (deployments, plan, lines) => {
        const bench = benchOf({ catalog: catalogOf(...deployments), script: lines });
        await bench.run(fundedOf(permit, plan), NEVER);
        for (const [index, made] of bench.adapter.calls.entries()) {
          expect([A.id, B.id]).toContain(made.deployment.id);
          expect(made.deployment.region).toBe("eu");
          expect(made.deployment.price).toEqual(A.price);
          expect(made.maxOutputTokens).toBeLessThanOrEqual(200);
          expect(made.permitId).toBe(permit.permitId);
          expect(bench.adapter.startedAtMicros[index]).toBeLessThan(permit.expiresAt);
        }
        const afterRefusal = lines.slice(0, Math.max(0, bench.adapter.calls.length - 1)).map((line) => "error" in line && line.error.kind);
        expect(afterRefusal).not.toContain("content_refused");
      }),
      { numRuns: 1_000 },
    );
  });

  it("I1 no forbidden call: the permit is checked anew before each attempt", async () => {
    const bench = benchOf({ script: [{ error: new ProviderError("unavailable", "") }] });
    const verified: number[] = [];
    const { verify } = bench.deps;
    const counting = benchOf();
    Object.assign(counting.deps, {
      adapterOf: () => bench.adapter,
      verify: (...given: Parameters<typeof verify>) => {
        verified.push(bench.adapter.calls.length);
        return verify(...given);
      },
    });
    await counting.run(fundedOf(), NEVER);
    expect(verified).toEqual([0, 1, 2, 3]);
  });
});
