import { type Classification, RISK_CLASS_VALUES, type RiskClass } from "@leverframe/events";
import type { Route } from "./routes";
import type { Place } from "./source/place";

/** When a model is asked what a request is, beside the rules, and on which route the question goes. */
export interface OpinionTerms {
  readonly route: string;
  /** Both must hold; null: whatever it is. By what the rules found. */
  readonly when: { readonly taskConfidenceBelow: number | null; readonly riskClasses: readonly RiskClass[] | null };
  /** From the arrival on; half of the request's time at most. */
  readonly latencyMsMax: number;
  /** Without an opinion the request is refused; else the rules' answer stands. */
  readonly required: boolean;
}

export const OPINION_FIELDS = ["route", "when", "latencyMsMax", "required"] as const;
export const OPINION_WHEN_FIELDS = ["taskConfidenceBelow", "riskClasses"] as const;

export const OPINION_LATENCY_MS = { min: 100, max: 600_000, usual: 5_000 } as const;

/** Reads `secondOpinion` of `routes.yaml`; null: nobody is asked. */
export function readOpinionTerms(place: Place | null, routes: ReadonlyMap<string, Route>): OpinionTerms | null {
  const fields = place?.fields("`secondOpinion`", OPINION_FIELDS);
  if (!fields) return null;
  const name = fields.need("route", "`secondOpinion`")?.oneOf("route of second opinions", [...routes.keys()]) ?? null;
  const route = routes.get(name ?? "");
  if (route && route.lifecycle !== "managed" && route.lifecycle !== "deprecated") {
    fields.get("route")?.fail(`the route of second opinions \`${name}\` is ${route.lifecycle}; expected a managed or deprecated one`);
  }
  // A question is no request of its own, so nothing would hold this.
  if (route && route.quota.requestsPerMinuteMax !== null) {
    fields.get("route")?.fail(`the route of second opinions \`${name}\` has a quota of requests, which questions do not count towards; expected usdPerDayMax`);
  }
  const when = fields.get("when")?.fields("`when` of second opinions", OPINION_WHEN_FIELDS) ?? null;
  if (when?.names().length === 0) fields.get("when")?.fail("`when` is empty; expected taskConfidenceBelow or riskClasses, or no `when` to ask about every request");
  const risks = when?.get("riskClasses")?.oneOrMore("`riskClasses`");
  const { min, max, usual } = OPINION_LATENCY_MS;
  return {
    route: name ?? "",
    when: {
      taskConfidenceBelow: when?.get("taskConfidenceBelow")?.number("taskConfidenceBelow", 0, 1) ?? null,
      riskClasses: risks?.flatMap((item) => item.oneOf("risk class", RISK_CLASS_VALUES) ?? []) ?? null,
    },
    latencyMsMax: fields.get("latencyMsMax")?.integer("latencyMsMax", min, max) ?? usual,
    required: fields.get("required")?.boolean("required") ?? false,
  };
}

/** Whether somebody is asked about a request that the rules found this about; once, whatever came of it. */
export function wantsOpinion(terms: OpinionTerms | null, { opinion, riskClass, taskConfidence }: Classification): terms is OpinionTerms {
  if (terms === null || (opinion !== null && opinion !== undefined)) return false;
  const { taskConfidenceBelow, riskClasses } = terms.when;
  return (taskConfidenceBelow === null || taskConfidence < taskConfidenceBelow) && (riskClasses?.includes(riskClass) ?? true);
}
