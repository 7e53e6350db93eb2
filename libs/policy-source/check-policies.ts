import { hash } from "node:crypto";
import { type PolicyFile, compilePolicySet, formatPolicyError, runDecisionCase, runInvalidCase } from "@leverframe/policy";

export interface PolicyCheck {
  readonly files: readonly PolicyFile[];
  readonly checkNames: readonly string[];
}

/** Everything that must hold before a set may become the active one; a sentence for each thing that does not. */
export function checkPolicies({ files, checkNames }: PolicyCheck): readonly string[] {
  const { ok: set, errors } = compilePolicySet(files, sha256, { checkNames });
  if (set === null) return errors.map(formatPolicyError);
  return set.cases.flatMap((policyCase) => {
    const problems = policyCase.kind === "decision" ? runDecisionCase(set, policyCase) : runInvalidCase(files, sha256, policyCase, { checkNames });
    return problems.map((problem) => `${placeOfCase(files, policyCase.name)}: case \`${policyCase.name}\`: ${problem}`);
  });
}

const sha256 = (data: string | Uint8Array) => hash("sha256", data, "hex");

/** Where the case stands, for an editor to jump to. Names of cases are unique texts, so the first line with it is the one. */
function placeOfCase(files: readonly PolicyFile[], name: string): string {
  for (const { path, text } of files) {
    if (!path.startsWith("cases/")) continue;
    const line = text.split("\n").findIndex((one) => one.includes(name));
    if (line !== -1) return `${path}:${line + 1}:${(text.split("\n")[line] ?? "").indexOf(name) + 1}`;
  }
  return "cases";
}
