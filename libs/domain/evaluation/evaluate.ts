import type { Evaluation, Executed } from "@leverframe/events";
import type { Obligations } from "@leverframe/permit";
import { runChecks } from "./checks";

/** The one failure that another candidate could mend; the others (deadline, permit, reservation, input) stand. */
const MENDABLE_FAILURE = "attempts_exhausted";

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
  if (executed.failure !== null && executed.failure.code !== MENDABLE_FAILURE)
    return { verdict: "degrade", checks, reason: executed.failure.message };
  if (earlier.length < obligations.escalationsMax && canEscalate())
    return { verdict: "escalate", checks, reason: `${failed.check}: ${failed.reason}` };
  return { verdict: "degrade", checks, reason: `${failed.check}: ${failed.reason}; no escalation is left` };
}

const failureOf = ({ failure }: Executed): string => failure?.message ?? "there is no output";
