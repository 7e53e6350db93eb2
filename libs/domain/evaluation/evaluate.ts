import type { Check, Evaluation, Executed, Output } from "@leverframe/events";
import type { Obligations } from "@leverframe/permit";
import { runChecks } from "./checks";
import { repairOutput } from "./repair-output";
import { keepTo, type MaskText } from "./response-policies";

/** The one failure that another candidate could mend; the others (deadline, permit, reservation, input) stand. */
const MENDABLE_FAILURE = "attempts_exhausted";

/** What an execution is worth. */
export interface Judged {
  readonly evaluation: Evaluation;
  /** What may go out, now or when nothing better comes: masked and completed as the policies say; null when nothing may. */
  readonly best: Output | null;
}

/** What is known beside the event. */
export interface EvaluationTools {
  readonly mask: MaskText;
  /** Whether a better candidate is left inside the permit. */
  readonly canEscalate: () => boolean;
}

/**
 * Was the execution good enough?
 *   release   every check passed
 *   escalate  a check failed, and the permit leaves both an escalation and a better candidate
 *   degrade   a check failed and there is nothing better: the best output so far goes out, marked
 *   hold      something would go out, and the policy demands that a person looks first
 *   withhold  a response policy forbids that the output goes out, and there is no other
 * Pure: a redelivered execution gets the same verdict.
 */
export function evaluate(executed: Executed, obligations: Obligations, tools: EvaluationTools): Judged {
  const { output, request, classification, earlier, bestOutput } = executed;
  const repaired = output === null ? null : repairOutput(output, request.outputSchema);
  const kept = repaired === null ? null : keepTo(obligations.responsePolicies, repaired.output, classification.language, tools.mask);
  const best = kept === null || kept.withheld ? bestOutput : kept.output;
  const checks: Check[] = kept === null
    ? [{ check: "executed", passed: false, reason: failureOf(executed) }]
    : [...runChecks(kept.output, request, obligations.checks).map(noting(repaired?.how ?? null)), ...kept.checks];
  const judged = (verdict: Evaluation["verdict"], reason: string): Judged => ({ evaluation: { verdict, checks, reason }, best });
  const goesOut = (verdict: "release" | "degrade", reason: string): Judged => {
    if (best === null) return judged(kept === null ? verdict : "withhold", reason);
    return obligations.humanReview ? judged("hold", "the policy demands a human review") : judged(verdict, reason);
  };
  const failed = checks.find((check) => !check.passed);
  if (failed === undefined) return goesOut("release", "every check passed");
  const declined = output?.refused === true && !obligations.fallbackOnRefusal;
  if (declined) return goesOut("degrade", "the provider declined, and the policy does not allow asking another");
  if (executed.failure !== null && executed.failure.code !== MENDABLE_FAILURE) return goesOut("degrade", executed.failure.message);
  const mayEscalate = earlier.length < obligations.escalationsMax && !obligations.noFallbackOn.includes("quality");
  if (mayEscalate && tools.canEscalate()) return judged("escalate", `${failed.check}: ${failed.reason}`);
  const why = kept?.withheld === true ? kept.checks.find(({ passed }) => !passed)! : failed;
  return goesOut("degrade", `${why.check}: ${why.reason}; no escalation is left`);
}

/** What was done to an output so that it satisfies its schema stands on that check. */
const noting = (how: string | null) => (check: Check): Check =>
  how !== null && check.check === "json_schema" && check.passed ? { ...check, reason: `repaired: ${how}` } : check;

const failureOf = ({ failure }: Executed): string => failure?.message ?? "there is no output";
