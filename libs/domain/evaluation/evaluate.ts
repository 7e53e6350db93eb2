import type { Evaluation, Executed } from "@leverframe/events";
import type { Obligations } from "@leverframe/permit";
import { runChecks } from "./checks";

/** Failures that no other candidate could mend. */
const FINAL_FAILURES: ReadonlySet<string> = new Set(["deadline_exceeded", "permit_invalid"]);

/**
 * Was the execution good enough? `canEscalate` says whether a better candidate is left inside the permit.
 *   release   every check passed
 *   escalate  a check failed, and the permit leaves both an escalation and a better candidate
 *   degrade   a check failed and there is nothing better: the best output so far goes out, marked
 *   hold      the policy demands a human review before anything goes out
 * Pure: a redelivered execution gets the same verdict.
 */
export function evaluate(executed: Executed, obligations: Obligations, canEscalate: () => boolean): Evaluation {
  const { output, request, earlier } = executed;
  const checks = output === null
    ? [{ check: "executed", passed: false, reason: failureOf(executed) }]
    : runChecks(output, request, obligations.checks);
  const failed = checks.find((check) => !check.passed);
  if (failed === undefined) {
    if (obligations.humanReview) return { verdict: "hold", checks, reason: "the policy demands a human review" };
    return { verdict: "release", checks, reason: "every check passed" };
  }
  const declined = output?.refused === true && !obligations.fallbackOnRefusal;
  if (declined) return { verdict: "degrade", checks, reason: "the provider declined, and the policy does not allow asking another" };
  if (executed.failure !== null && FINAL_FAILURES.has(executed.failure)) return { verdict: "degrade", checks, reason: executed.failure };
  if (earlier.length < obligations.escalationsMax && canEscalate())
    return { verdict: "escalate", checks, reason: `${failed.check}: ${failed.reason}` };
  return { verdict: "degrade", checks, reason: `${failed.check}: ${failed.reason}; no escalation is left` };
}

function failureOf({ attempts, failure }: Executed): string {
  if (failure !== null && FINAL_FAILURES.has(failure)) return failure;
  const last = attempts.at(-1);
  return last === undefined ? "no call was made" : `last attempt at \`${last.candidate}\` ended with ${last.outcome}`;
}
