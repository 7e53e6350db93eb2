import type { Response, Review } from "@leverframe/events";
import { refusalWith } from "./ending";

/** What a person decides about a held answer. */
export const REVIEW_VERDICTS = ["release", "reject"] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number];

/** The answer that follows a review, under the id that every answer of this request after a review has. Anything but a release lets nothing out. */
export function reviewedResponse({ verdict, reviewer, comment, held, at }: Review): Response {
  const { response } = held;
  if (verdict === "release") return { ...response, answeredAt: at };
  const said = comment === null ? "" : `: ${comment}`;
  const refusal = refusalWith("rejected_by_reviewer", `\`${reviewer}\` did not release the answer${said}`);
  return { ...response, status: "refused", refusal, output: null, candidate: null, provider: null, model: null, usage: null, answeredAt: at };
}
