import { RISK_CLASS_VALUES, type RiskClass, type RiskSignal } from "@leverframe/events";
import { recognise } from "./recognisers";
import { RISK_TERMS, type RiskTerms } from "./risk-terms";
import { TermIndex } from "./term-index";

export interface RiskAssessment {
  readonly riskClass: RiskClass;
  readonly signals: readonly RiskSignal[];
}

/** Signals kept of one family of terms: enough to audit, bounded for hostile input. */
const SIGNALS_PER_FAMILY_MAX = 5;

const index = new TermIndex<RiskTerms>(RISK_TERMS.flatMap((family) => family.terms.map((term) => [term, family] as const)));

/** The higher of two risk classes: risk only rises (I7). */
export function higherRisk(a: RiskClass, b: RiskClass): RiskClass {
  return RISK_CLASS_VALUES.indexOf(a) >= RISK_CLASS_VALUES.indexOf(b) ? a : b;
}

/**
 * Risk class of a text with the signals that it stands on: the highest class of any signal, or what the caller
 * declared if that is higher. Signals carry spans, never text.
 */
export function assessRisk(text: string, declared: RiskClass | null): RiskAssessment {
  const signals = [...recognise(text), ...termSignals(text)];
  const found = signals.reduce<RiskClass>((risk, signal) => higherRisk(risk, signal.riskClass), "low");
  return { riskClass: declared === null ? found : higherRisk(found, declared), signals };
}

function termSignals(text: string): RiskSignal[] {
  const signals: RiskSignal[] = [];
  const hits = new Map<RiskTerms, number>();
  index.scan(text, (family, start, end) => {
    const count = (hits.get(family) ?? 0) + 1;
    hits.set(family, count);
    if (count > SIGNALS_PER_FAMILY_MAX) return;
    const { signal, riskClass, confidence } = family;
    signals.push({ signal, recogniser: "terms", riskClass, start, end, confidence });
  });
  return signals;
}
