import type { RiskSignal } from "@leverframe/events";
import { classify } from "../classify";
import { requestOf } from "../evaluation/labelled-request";

export const classificationOf = (text: string) =>
  classify(requestOf({ id: "x", language: "en", department: "HR", text, labels: { taskType: "chat", riskClass: "low", signals: [], hard_negative: false } }));

export const signalsOf = (text: string): readonly RiskSignal[] => classificationOf(text).riskSignals;

export const recognisersOf = (text: string): string[] => signalsOf(text).map(({ recogniser }) => recogniser);

/** What the signals of one recogniser point at. */
export const hitsOf = (text: string, recogniser: string): string[] =>
  signalsOf(text).filter((signal) => signal.recogniser === recogniser).map(({ start, end }) => text.slice(start, end));
