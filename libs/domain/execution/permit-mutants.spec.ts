import { reservationId } from "@leverframe/kernel";
import { inputTokensBound } from "@leverframe/prompt";
import type { CallOrder } from "./call-order";
import { createGovernedCall, type GovernedResult } from "./governed-call";
import { A, benchOf, DEADLINE_MS, digest, MAX_OUTPUT_TOKENS, NEVER, permitOf, RECEIVED_AT, REQUEST_ID, request, signed } from "./testing/fixtures";
import { Dice, MUTATIONS } from "./testing/permit-mutants";
import { requestDigest } from "@leverframe/permit";

const MUTANTS = 100_000;
const SEED = 20_261_121;
const MESSAGES = [{ role: "user", content: "What does a lever frame do?" }] as const;

/** Paid for a thousand times over, so that nothing but the permit can refuse it. */
const ORDER: CallOrder = {
  permit: signed(permitOf()),
  requestId: REQUEST_ID,
  tenant: "acme",
  requestDigest: requestDigest(request, digest),
  receivedAtMicros: RECEIVED_AT,
  deadlineAtMicros: RECEIVED_AT + DEADLINE_MS * 1_000,
  round: 0,
  ordinal: 0,
  candidate: A.id,
  deployment: A,
  messages: MESSAGES,
  redacted: [],
  temperature: null,
  outputSchema: null,
  inputTokensMax: inputTokensBound({ messages: MESSAGES }, null),
  maxOutputTokens: MAX_OUTPUT_TOKENS,
  worstCaseNanoUsd: 10n ** 9n,
};

const refused = (result: GovernedResult): boolean => (result.kept === null ? result.failure : result.kept.failure) !== null;

function governed() {
  const bench = benchOf({ reservedMicroUsd: 10 ** 12 });
  return { ...bench, call: createGovernedCall(bench.deps) };
}

describe("permit mutants", () => {
  it("I1 no forbidden call: 100,000 mutants of a permit are refused before any call", async () => {
    const { call, adapter, store } = governed();
    const dice = new Dice(SEED);
    const kinds = Object.entries(MUTATIONS);
    const through: string[] = [];
    for (let index = 0; index < MUTANTS; index++) {
      const [kind, mutate] = kinds[index % kinds.length]!;
      const result = await call({ ...mutate(ORDER, dice), ordinal: index }, NEVER);
      if (!refused(result)) through.push(`${kind} (mutant ${index})`);
    }
    expect(through).toEqual([]);
    expect(adapter.calls).toHaveLength(0);
    expect(store.chargedMicroUsd()).toBe(0);
    // The one that they were made from is called, or all of this would say nothing.
    expect(refused(await call({ ...ORDER, ordinal: MUTANTS }, NEVER))).toBe(false);
    expect(adapter.calls).toHaveLength(1);
  });

  it("I1 no forbidden call: a permit replayed for an attempt that was made gets what was kept, and no second call", async () => {
    const { call, adapter } = governed();
    const first = await call(ORDER, NEVER);
    for (let replay = 0; replay < 1_000; replay++) expect((await call(ORDER, NEVER)).kept).toEqual(first.kept);
    expect(adapter.calls).toHaveLength(1);
  });

  it("I1 no forbidden call: a permit replayed for another request's reservation is refused", async () => {
    const { call, adapter, store } = governed();
    const victim = "01890a5d-ac96-774b-bcce-00000000beef";
    store.reserve(reservationId(victim, 0), 10 ** 9);
    expect(refused(await call({ ...ORDER, requestId: victim }, NEVER))).toBe(true);
    expect(adapter.calls).toHaveLength(0);
  });
});
