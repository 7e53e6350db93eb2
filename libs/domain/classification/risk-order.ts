import { RISK_CLASS_VALUES, type RiskClass } from "@leverframe/events";

/** The higher of two risk classes: risk only rises (I7). */
export function higherRisk(a: RiskClass, b: RiskClass): RiskClass {
  return RISK_CLASS_VALUES.indexOf(a) >= RISK_CLASS_VALUES.indexOf(b) ? a : b;
}
