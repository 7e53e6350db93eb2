/** Ways of a call to fail that say nothing about the request: a minute later the same call may be answered. */
const PASSING: ReadonlySet<string> = new Set(["rate_limited", "overloaded", "connection", "unavailable", "timeout"]);

/** How a plan ended, as the executed event tells it. */
export interface PlanEnd {
  readonly failureCode: string | null;
  /** The outcome of each call. */
  readonly outcomes: readonly string[];
}

/** Whether nothing but a lack of capacity kept the plan from an answer: nobody was fit to be called, or every call failed in passing. */
export function lackedCapacity({ failureCode, outcomes }: PlanEnd): boolean {
  if (failureCode !== "unavailable" && failureCode !== "attempts_exhausted") return false;
  return outcomes.every((outcome) => PASSING.has(outcome)) && (failureCode === "unavailable" || outcomes.length > 0);
}
