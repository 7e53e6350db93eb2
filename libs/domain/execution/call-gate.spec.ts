import { toMicroUsd } from "@leverframe/kernel";
import type { Admission, AdmissionAsked, CallGate, CallObservation, SkipCause } from "./call-gate";
import { createGovernedCall } from "./governed-call";
import { RETRY_POLICY } from "./next-step";
import { ProviderError } from "./provider-error";
import { createRunPlan } from "./run-plan";
import { A, B, type Bench, benchOf, catalogOf, digest, fundedOf, NEVER, NOTHING_REDACTED, planned, permitOf, WORST_CASE } from "./testing/fixtures";
import { requestDigest } from "@leverframe/permit";

type Verdict = "go" | SkipCause | ((asked: AdmissionAsked) => "go" | SkipCause | number);

/** A gate that says what a test wants, and keeps what it was told. */
class ScriptedGate implements CallGate {
  readonly asked: string[] = [];
  readonly seen: (CallObservation | null)[] = [];

  constructor(private readonly verdicts: Readonly<Record<string, Verdict>>) {}

  admit(asked: AdmissionAsked): Admission {
    const { id } = asked.deployment;
    this.asked.push(`${asked.urgency} ${id}`);
    const said = this.verdicts[id] ?? "go";
    const verdict = typeof said === "function" ? said(asked) : said;
    if (verdict === "go") {
      let ended = false;
      const end = (observation: CallObservation | null): void => {
        if (!ended) this.seen.push(observation);
        ended = true;
      };
      return { verdict: "go", pass: { end } };
    }
    if (typeof verdict === "number") return { verdict: "wait", untilMicros: verdict, cause: "rate_limit" };
    return { verdict: "skip", cause: verdict };
  }
}

function planOf(bench: Bench, gate: CallGate, lastResort = false) {
  return createRunPlan({
    call: createGovernedCall({ ...bench.deps, gate }),
    catalog: () => catalogOf(A, B),
    requestDigest: (value) => requestDigest(value, digest),
    redact: NOTHING_REDACTED,
    clock: bench.time,
    timer: bench.time,
    retry: RETRY_POLICY,
    lastResort,
  });
}

const fresh = (script?: Parameters<typeof benchOf>[0]) => benchOf({ reservedMicroUsd: toMicroUsd(WORST_CASE) * 4, ...script });

describe("the call gate", () => {
  it("skips a candidate that is not fit without spending an attempt, and says why", async () => {
    const bench = fresh();
    const outcome = await planOf(bench, new ScriptedGate({ [A.id]: "breaker_open" }))(fundedOf(), NEVER);
    expect(outcome).toMatchObject({ attempts: [{ candidate: B.id, outcome: "succeeded" }], skipped: [{ candidate: A.id, cause: "breaker_open" }], failure: null });
  });

  it("skips the same candidates when the event is delivered again, whatever the gate says by then", async () => {
    const bench = fresh();
    const first = await planOf(bench, new ScriptedGate({ [A.id]: "ejected" }))(fundedOf(), NEVER);
    const healthy = new ScriptedGate({});
    expect(await planOf(bench, healthy)(fundedOf(), NEVER)).toEqual(first);
    expect(healthy.asked).toEqual([]);
  });

  it("fails as unavailable when every candidate is skipped, and nothing is called or charged", async () => {
    const bench = fresh();
    const gate = new ScriptedGate({ [A.id]: "breaker_open", [B.id]: "ejected" });
    const outcome = await planOf(bench, gate)(fundedOf(), NEVER);
    expect(outcome).toMatchObject({ attempts: [], output: null, failure: { code: "unavailable" } });
    expect(gate.asked).toEqual([`normal ${A.id}`, `last ${B.id}`]);
    expect([bench.adapter.calls.length, bench.store.chargedMicroUsd()]).toEqual([0, 0]);
  });

  it("asks each candidate once more, by force, when that is wished for", async () => {
    const bench = fresh();
    const unlessForced: Verdict = ({ urgency }) => (urgency === "forced" ? "go" : "breaker_open");
    const gate = new ScriptedGate({ [A.id]: unlessForced, [B.id]: unlessForced });
    const outcome = await planOf(bench, gate, true)(fundedOf(), NEVER);
    expect(outcome).toMatchObject({ attempts: [{ candidate: A.id }], failure: null });
    expect(outcome.skipped).toHaveLength(2);
  });

  it("forces nobody when a call was made and failed", async () => {
    const bench = fresh({ script: [{ error: new ProviderError("quota", "no money left") }] });
    const gate = new ScriptedGate({ [B.id]: "ejected" });
    await planOf(bench, gate, true)(fundedOf(permitOf(), [planned(A.id, 1), planned(B.id, 1)]), NEVER);
    expect(gate.asked.some((asked) => asked.startsWith("forced"))).toBe(false);
  });

  it("waits as long as the gate asks it to, and calls then", async () => {
    const bench = fresh();
    const openAt = bench.time.nowMicros() + 1_500_000;
    const gate = new ScriptedGate({ [A.id]: ({ nowMicros }) => (nowMicros < openAt ? openAt : "go") });
    const outcome = await planOf(bench, gate)(fundedOf(), NEVER);
    expect(outcome.attempts[0]).toMatchObject({ candidate: A.id, startedAt: openAt });
  });

  it("takes a wait that is too long for a skip", async () => {
    const bench = fresh();
    const gate = new ScriptedGate({ [A.id]: ({ nowMicros }) => nowMicros + 60_000_000 });
    const outcome = await planOf(bench, gate)(fundedOf(), NEVER);
    expect(outcome).toMatchObject({ skipped: [{ candidate: A.id, cause: "rate_limit" }], attempts: [{ candidate: B.id }] });
  });

  it("hears of every call exactly once", async () => {
    const bench = fresh();
    const gate = new ScriptedGate({});
    await planOf(bench, gate)(fundedOf(), NEVER);
    expect(gate.seen).toEqual([expect.objectContaining({ error: null })]);
  });
});
