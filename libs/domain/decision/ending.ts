import type { Evaluation, Executed, Output, Refusal } from "@leverframe/events";
import type { Obligations } from "@leverframe/permit";
import type { Ending } from "./answer";

/**
 * How a request ends after its last execution was judged `release`, `degrade`, `hold` or `withhold`. `best` is what may go
 * out: the judged output as policies left it, or that of an earlier round.
 */
export function endingOf(executed: Executed, evaluation: Evaluation, best: Output | null): Ending {
  // Nobody wants an answer any more, not even an earlier one.
  if (executed.failure?.code === "cancelled") return { status: "refused", refusal: executed.failure, output: null, success: false };
  if (evaluation.verdict === "hold" && best !== null) return heldWith(best, evaluation.reason);
  if (evaluation.verdict === "withhold") return { status: "refused", refusal: refusalWith("response_policy", `withheld: ${evaluation.reason}`), output: null, success: false };
  if (best !== null) return { status: "answered", refusal: null, output: best, success: evaluation.verdict === "release" };
  const refusal = executed.failure ?? refusalWith("attempts_exhausted", evaluation.reason);
  // Failed: we tried. Refused: we did not, or were not allowed to go on.
  const status = TRIED.has(refusal.code) ? "failed" : "refused";
  return { status, refusal, output: null, success: false };
}

const TRIED: ReadonlySet<string> = new Set(["attempts_exhausted", "stream_interrupted"]);

/** How a request ends that cannot go on, but has an output from before: it goes out, marked, unless a person must look first. */
export function endingWith(best: Output, obligations: Pick<Obligations, "humanReview">): Ending {
  if (obligations.humanReview) return heldWith(best, "the policy demands a human review");
  return { status: "answered", refusal: null, output: best, success: false };
}

function heldWith(held: Output, reason: string): Ending {
  return { status: "held_for_review", refusal: refusalWith("held_for_review", reason), output: null, success: false, held };
}

/** A refusal that no rule and no candidate explains further. */
export function refusalWith(code: string, message: string): Refusal {
  return { code, message, rules: [], candidates: [] };
}
