import type { Digest } from "@leverframe/kernel";
import type { CompileOptions } from "../compile-policy-set";
import type { PolicySet } from "../policy-set";
import { runDecisionCase, runInvalidCase } from "../run-cases";
import type { PolicyFile } from "../source/policy-file";
import { lint, type LintResult } from "./lint";
import { prove, type ProofResult } from "./prove";

export interface CaseResult {
  readonly name: string;
  /** Empty: the case holds. */
  readonly problems: readonly string[];
}

/** Everything that a set must pass before it may become the active one, and what a reader should look at. */
export interface Audit {
  readonly proofs: readonly ProofResult[];
  readonly cases: readonly CaseResult[];
  readonly lint: LintResult;
  /** Every proof is proved and every case holds. Findings of lint do not count: they are for people. */
  readonly holds: boolean;
}

export function runCases(set: PolicySet, files: readonly PolicyFile[], digest: Digest, options: CompileOptions = {}): CaseResult[] {
  return set.cases.map((one) => ({
    name: one.name,
    problems: one.kind === "decision" ? runDecisionCase(set, one) : runInvalidCase(files, digest, one, options),
  }));
}

/** Proves, tests and lints a set over the whole space of requests. `files` are those that it was compiled from. */
export function audit(set: PolicySet, files: readonly PolicyFile[], digest: Digest, options: CompileOptions = {}): Audit {
  const proofs = prove(set);
  const cases = runCases(set, files, digest, options);
  const holds = proofs.every(({ proved }) => proved) && cases.every(({ problems }) => problems.length === 0);
  return { proofs, cases, lint: lint(set), holds };
}
