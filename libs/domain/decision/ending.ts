import type { Evaluation, Executed, Refusal } from "@leverframe/events";
import type { Ending } from "./answer";

/** How a request ends after its last execution was judged `release`, `degrade` or `hold`. */
export function endingOf(executed: Executed, evaluation: Evaluation): Ending {
  if (evaluation.verdict === "hold") {
    const refusal = refusalWith("held_for_review", evaluation.reason);
    return { status: "held_for_review", refusal, output: null, success: false };
  }
  const output = executed.output ?? executed.bestOutput;
  if (output !== null) return { status: "answered", refusal: null, output, success: evaluation.verdict === "release" };
  const refusal = executed.failure ?? refusalWith("attempts_exhausted", evaluation.reason);
  // Failed: we tried. Refused: we did not, or were not allowed to go on.
  const status = refusal.code === "attempts_exhausted" ? "failed" : "refused";
  return { status, refusal, output: null, success: false };
}

/** A refusal that no rule and no candidate explains further. */
export function refusalWith(code: string, message: string): Refusal {
  return { code, message, rules: [], candidates: [] };
}
