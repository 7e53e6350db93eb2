import type { RiskClass, RiskSignal } from "@leverframe/events";
import { findIdentifiers } from "./recognise";
import { higherRisk } from "./risk-order";
import { READ_WORDS_MAX } from "./linear/lines";
import { findModelledRisks } from "./linear/risk-model";
import { findRiskTerms } from "./risk-terms";
import { SignalSink } from "./signal-sink";
import type { Words } from "./words";

export interface RiskAssessment {
  readonly riskClass: RiskClass;
  readonly signals: readonly RiskSignal[];
}

/**
 * Risk class of a text with the signals that it stands on: the highest class of any signal, or what the caller
 * declared if that is higher. Signals carry spans, never text.
 */
export function assessRisk(words: Words, declared: RiskClass | null): RiskAssessment {
  const sink = new SignalSink();
  findIdentifiers(words, sink);
  findModelledRisks(words, findRiskTerms(words, sink, READ_WORDS_MAX), sink);
  return { riskClass: declared === null ? sink.riskClass : higherRisk(sink.riskClass, declared), signals: sink.signals() };
}
