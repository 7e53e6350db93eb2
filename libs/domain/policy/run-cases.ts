import type { Digest } from "@leverframe/kernel";
import type { ObligationTerms, Permit } from "@leverframe/permit";
import type { DecisionCase, InvalidCase } from "./cases";
import { compilePolicySet, type CompileOptions } from "./compile-policy-set";
import { decide, type PolicyAnswer } from "./decide";
import type { PolicySet } from "./policy-set";
import { formatPolicyError } from "./source/policy-error";
import type { PolicyFile } from "./source/policy-file";

/** What the set says other than the case expects, a sentence each; empty when the case holds. */
export function runDecisionCase(set: PolicySet, policyCase: DecisionCase): string[] {
  const { expect } = policyCase;
  const answer = decide(set, policyCase.input);
  const permitted = answer.permit?.candidates.map(({ id }) => id) ?? [];
  const problems: string[] = [];
  const refusal = answer.refusal?.code ?? null;
  if (refusal !== expect.refusal) problems.push(`refusal is ${answer.refusal?.code ?? "none"} (${answer.refusal?.message ?? "permitted"}); expected ${expect.refusal ?? "none"}`);
  if (expect.permitted && !sameMembers(permitted, expect.permitted)) problems.push(`permitted are ${shown(permitted)}; expected ${shown(expect.permitted)}`);
  for (const id of expect.includes ?? []) if (!permitted.includes(id)) problems.push(`\`${id}\` is not permitted: ${causeOf(answer, id)}`);
  for (const id of expect.excludes ?? []) if (permitted.includes(id)) problems.push(`\`${id}\` is permitted; expected it not to be`);
  for (const id of expect.rules ?? []) if (!answer.rules.includes(id)) problems.push(`rule \`${id}\` did not determine it; ${shown(answer.rules)} did`);
  for (const id of expect.notRules ?? []) if (answer.rules.includes(id)) problems.push(`rule \`${id}\` determined it; expected it not to`);
  if (expect.preferred && !sameMembers(preferredOf(answer.permit), expect.preferred)) problems.push(`preferred are ${shown(preferredOf(answer.permit))}; expected ${shown(expect.preferred)}`);
  if (expect.route !== null && answer.route !== expect.route) problems.push(`route is \`${answer.route}\`; expected \`${expect.route}\``);
  return [...problems, ...obligationProblems(answer.permit, expect.obligations)];
}

/** Empty when the change is refused at the expected place with the expected words. */
export function runInvalidCase(files: readonly PolicyFile[], digest: Digest, policyCase: InvalidCase, options: CompileOptions = {}): string[] {
  const others = files.filter(({ path }) => path !== policyCase.file);
  const result = compilePolicySet([...others, { path: policyCase.file, text: policyCase.text }], digest, options);
  const errors = (result.errors ?? []).map(formatPolicyError);
  const found = errors.some((error) => error.startsWith(`${policyCase.at}:`) && error.includes(policyCase.contains));
  return found ? [] : [`expected an error at ${policyCase.at} with \`${policyCase.contains}\`; got ${errors.join(" | ") || "a valid set"}`];
}

function obligationProblems(permit: Permit | null, expected: ObligationTerms | null): string[] {
  const problems: string[] = [];
  for (const field of Object.keys(expected ?? {}) as (keyof ObligationTerms)[]) {
    const wanted = expected?.[field] ?? null;
    const actual = permit?.obligations[field] ?? null;
    const holds = Array.isArray(wanted) ? wanted.every((name) => Array.isArray(actual) && actual.includes(name)) : wanted === null || wanted === actual;
    if (!holds) problems.push(`obligation \`${field}\` is ${String(actual)}; expected ${String(wanted)}`);
  }
  return problems;
}

function preferredOf(permit: Permit | null): string[] {
  const candidates = permit?.candidates ?? [];
  const most = candidates.reduce((best, { preference }) => Math.max(best, preference), -Infinity);
  return candidates.filter(({ preference }) => preference === most).map(({ id }) => id);
}

function causeOf(answer: PolicyAnswer, id: string): string {
  return answer.excluded.find(({ candidate }) => candidate === id)?.cause ?? answer.refusal?.message ?? "unknown";
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

function shown(ids: readonly string[]): string {
  return ids.map((id) => `\`${id}\``).join(", ") || "none";
}
