import path from "node:path";
import { CHECK_NAMES } from "@leverframe/evaluation";
import type { Decision } from "@leverframe/events";
import { sha256 } from "@leverframe/nest";
import { encodePermit } from "@leverframe/permit";
import { audit, compilePolicySet, type DecisionInput, decide, diff, mutate, type PolicySet, type Proof, prove, Replay } from "@leverframe/policy";
import { readPolicyFiles } from "@leverframe/policy-source";
import { ROOT } from "../../support/installation";
import type { BenchOptions, Report } from "../benchmark";
import { generatedSet } from "./generated-set";

const REPLAYED = 100_000;
const ATTEMPTS = 3;

/** What tools over the whole space of requests take: the best of a few runs, since other work on the machine only adds. */
export function measureAnalysis({ progress }: BenchOptions, inputs: readonly DecisionInput[]): Report {
  const { set: generated, spread } = generatedSet(40);
  const files = readPolicyFiles(path.join(ROOT, "policies"));
  const { ok: shipped } = compilePolicySet(files, sha256, { checkNames: CHECK_NAMES });
  if (shipped === null) throw new Error("the shipped policies are not valid");
  progress("policy: proofs, audit, diff, mutation, replay");
  const proofs = proofsOf(spread.departments);
  const decisions = inputs.map((input) => decisionOf(generated, input));
  const fewer: PolicySet = compiledWithout(generated);
  const seconds = {
    prove_seconds: best(() => prove(generated, proofs)),
    audit_seconds: best(() => audit({ ...generated, proofs }, [], sha256)),
    diff_seconds: best(() => diff(generated, fewer)),
    shipped_audit_seconds: best(() => audit(shipped, files, sha256, { checkNames: CHECK_NAMES })),
    shipped_mutate_seconds: best(() => mutate(shipped)),
    replay_100k_seconds: best(() => {
      const replay = new Replay(fewer);
      for (let index = 0; index < REPLAYED; index++) replay.add(decisions[index % decisions.length] as Decision);
      return replay.report();
    }),
  };
  const about: Readonly<Record<keyof typeof seconds, string>> = {
    prove_seconds: `${proofs.length} proofs, 40 rules, 12 models`,
    audit_seconds: "lint and those proofs",
    diff_seconds: "40 rules against 39",
    shipped_audit_seconds: `lint, ${shipped.proofs.length} proofs, ${shipped.cases.length} cases, ${shipped.rules.length} rules`,
    shipped_mutate_seconds: `${mutate(shipped).mutants} mutants`,
    replay_100k_seconds: "100,000 decisions under 39 of 40 rules",
  };
  const names = Object.keys(seconds) as (keyof typeof seconds)[];
  return { tables: [{ title: "policy analysis, one thread", columns: ["what", "seconds", "of"], rows: names.map((name) => [name, seconds[name], about[name]]) }], metrics: seconds };
}

function best(run: () => unknown): number {
  let least = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const began = performance.now();
    run();
    least = Math.min(least, (performance.now() - began) / 1_000);
  }
  return least;
}

function compiledWithout(set: PolicySet): PolicySet {
  const gone = set.rules.find(({ effect }) => effect === "forbid");
  const index: PolicySet["index"] = { ...set.index, fire: (slots) => set.index.fire(slots).filter(({ id }) => id !== gone?.id) };
  return { ...set, rules: set.rules.filter((rule) => rule !== gone), index };
}

/** One for each department, and one about obligations. */
function proofsOf(departments: readonly string[]): Proof[] {
  const claim = { permits: null, permitsOnly: null, obliges: null, refused: null, any: null };
  return departments.map((department) => ({
    name: department,
    why: null,
    quantifier: "never",
    when: { kind: "all", of: [{ kind: "value", attribute: "department", accepted: [department] }, { kind: "value", attribute: "riskClass", accepted: ["regulated"] }] },
    unless: null,
    claim: { ...claim, permits: { fields: { licence: ["commercial"], region: ["us"] } } },
  }));
}

/** A decision as it would have been recorded, answered by its first candidate. */
function decisionOf(set: PolicySet, input: DecisionInput): Decision {
  const { permit, refusal, route, rules } = decide(set, input);
  const permitted = permit?.candidates.map(({ id }) => id) ?? [];
  const usage = { inputTokens: 900, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };
  const [candidate] = permitted;
  const attempt = { attemptId: "a", candidate: candidate ?? "", provider: "p", model: "m", region: "eu", startedAt: 0, latencyMicros: 1, outcome: "succeeded", error: null, usage, costNanoUsd: 1_000_000n, providerRequestId: null, finishReason: "stop", notes: [] };
  const selection = { choice: candidate ?? "", fallbacks: [], strategy: "cheapest_adequate", reason: "", confidence: 1, expectedCostNanoUsd: 0n, expectedQuality: 1, excluded: [] };
  return {
    meta: { eventId: input.requestId, requestId: input.requestId, causationId: "", round: 0, occurredAt: 0 },
    origin: input.origin,
    status: permit ? "answered" : "refused",
    refusal,
    attributes: input.request.attributes,
    route,
    routeNamed: input.request.route ?? "",
    maxOutputTokens: input.request.maxOutputTokens ?? 0,
    retentionDaysMax: null,
    classification: input.classification,
    permit: permit && { kid: "k", body: encodePermit(permit), signature: new Uint8Array(32) },
    policyVersion: set.version,
    catalogVersion: set.catalog.version,
    permitted,
    rules,
    rounds: permit ? [{ selection, funding: null, attempts: [attempt], evaluation: null, opinionPermit: null }] : [],
    costNanoUsd: permit ? 1_000_000n : 0n,
    baselineNanoUsd: 0n,
    ossShare: 0,
    success: permit !== null,
    answeredAt: 0,
  };
}
