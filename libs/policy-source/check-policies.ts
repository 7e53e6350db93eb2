import { hash } from "node:crypto";
import { type PolicyFile, type PolicySet, boxText, type Change, compilePolicySet, diff, formatPolicyError, prove, runDecisionCase } from "@leverframe/policy";

export interface PolicyCheck {
  readonly files: readonly PolicyFile[];
  /** Of the set in force; null at the start, when there is none. */
  readonly active: readonly PolicyFile[] | null;
  readonly checkNames: readonly string[];
}

export interface PolicyVerdict {
  /** A sentence for each thing that keeps the set from becoming the active one; none: it may. */
  readonly problems: readonly string[];
  /** What it answers differently from the set in force, for every request there can be. Bounded. */
  readonly behaviour: readonly string[];
}

const LINES_MAX = 50;
const LINE_CHARACTERS_MAX = 600;

/**
 * Everything that must hold before a set may become the active one: it compiles, decides its cases as they say, and its
 * proofs hold. Cases of files that must be refused show the language, not this set: `leverframe policy test` runs them.
 */
export function checkPolicies({ files, active, checkNames }: PolicyCheck): PolicyVerdict {
  const { ok: set, errors } = compilePolicySet(files, sha256, { checkNames });
  if (set === null) return { problems: errors.map(formatPolicyError), behaviour: [] };
  const problems = [...brokenCases(set, files), ...brokenProofs(set, files)];
  const before = active === null || problems.length > 0 ? null : compilePolicySet(active, sha256, { checkNames }).ok;
  return { problems, behaviour: before === null ? [] : behaviourLines(diff(before, set).changes) };
}

const sha256 = (data: string | Uint8Array) => hash("sha256", data, "hex");

function brokenCases(set: PolicySet, files: readonly PolicyFile[]): string[] {
  return set.cases.flatMap((policyCase) => {
    if (policyCase.kind !== "decision") return [];
    return runDecisionCase(set, policyCase).map((problem) => `${placeOf("cases/", policyCase.name, files)}: case \`${policyCase.name}\`: ${problem}`);
  });
}

function brokenProofs(set: PolicySet, files: readonly PolicyFile[]): string[] {
  return prove(set).flatMap(({ proof, counterexample }) => {
    if (counterexample === null) return [];
    const { candidates, rules } = counterexample;
    const how = `a request comes to ${listed(candidates) || "a refusal"} by ${listed(rules) || "no rule"}`;
    return [`${placeOf("proofs/", proof.name, files)}: proof \`${proof.name}\` does not hold: ${how}`];
  });
}

/** Where the name stands, for an editor to jump to; the folder's beginning when it is written in some other way. */
function placeOf(folder: string, name: string, files: readonly PolicyFile[]): string {
  for (const { path, text } of files) {
    const at = path.startsWith(folder) ? text.indexOf(name) : -1;
    if (at === -1) continue;
    const lines = text.slice(0, at).split("\n");
    return `${path}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
  }
  return `${folder}:1:1`;
}

function behaviourLines(changes: readonly Change[]): string[] {
  const lines = changes.slice(0, LINES_MAX).map((change) => lineOf(change).slice(0, LINE_CHARACTERS_MAX));
  return changes.length > LINES_MAX ? [...lines, `and ${changes.length - LINES_MAX} more`] : lines;
}

function lineOf({ kind, candidates, field, from, to, where, complete, rules }: Change): string {
  const what = [kind, field === null ? "" : `\`${field}\``, listed(candidates)].filter((part) => part !== "").join(" ");
  const values = from === null && to === null ? "" : ` from ${from ?? "nothing"} to ${to ?? "nothing"}`;
  const boxes = where.map(boxText).join(" or ") || "every request";
  return `${what}${values} by ${listed(rules) || "no rule"}, where ${boxes}${complete ? "" : " and elsewhere"}`;
}

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
