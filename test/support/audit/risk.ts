import { RISK_CLASS_VALUES, type RiskClass } from "@leverframe/events";
import { decisionsByRequest } from "./decisions-by-request";
import { type Evidence, type Violation, violationOf } from "./evidence";

const violation = violationOf("I7");
const rank = (risk: RiskClass): number => RISK_CLASS_VALUES.indexOf(risk);

/** I7: no request ended with a lower risk class than any of its signals, than the rules found, or than it claimed itself. */
export function riskViolations({ requests, decisions }: Evidence): readonly Violation[] {
  const claimed = new Map(requests.map(({ requestId, riskClass }) => [requestId, riskClass]));
  const found: Violation[] = [];
  for (const [requestId, { classification }] of decisionsByRequest(decisions)) {
    if (classification === null) continue;
    const { riskClass, riskSignals } = classification;
    const { opinion } = classification;
    if (opinion && rank(riskClass) < rank(opinion.rulesRiskClass)) found.push(violation("rules-lowered", requestId, `the rules found ${opinion.rulesRiskClass}, classified ${riskClass}`));
    const claim = claimed.get(requestId) ?? null;
    if (claim !== null && rank(riskClass) < rank(claim)) found.push(violation("claim-lowered", requestId, `claimed ${claim}, classified ${riskClass}`));
    for (const signal of riskSignals) {
      if (rank(riskClass) >= rank(signal.riskClass)) continue;
      found.push(violation("signal-ignored", requestId, `\`${signal.signal}\` is ${signal.riskClass}, classified ${riskClass}`));
    }
  }
  return found;
}
