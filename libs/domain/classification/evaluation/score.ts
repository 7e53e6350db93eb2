import { RISK_CLASS_VALUES, type Classification } from "@leverframe/events";
import type { LabelledRequest } from "./labelled-request";

/** How often one label was given, rightly and wrongly. */
export interface LabelScore {
  readonly label: string;
  /** Requests that have the label. */
  readonly expected: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  /** 0..1; null when there is nothing to divide by. */
  readonly precision: number | null;
  readonly recall: number | null;
  /** Share of the requests without the label that got it. */
  readonly falsePositiveRate: number | null;
}

/** A request that was classified otherwise than labelled. */
export interface Miss {
  readonly id: string;
  readonly what: "taskType" | "riskClass" | "signals" | "language";
  readonly expected: string;
  readonly found: string;
}

export interface Score {
  readonly requests: number;
  readonly hardNegatives: number;
  readonly taskAccuracy: number;
  readonly riskAccuracy: number;
  readonly languageAccuracy: number;
  /** Hard negatives that got a higher class than labelled. */
  readonly hardNegativesRaised: number;
  readonly tasks: readonly LabelScore[];
  readonly risks: readonly LabelScore[];
  readonly signals: readonly LabelScore[];
  /** All signals that stand on structured identifiers, taken together. */
  readonly identifiers: LabelScore;
  /** Rows: labelled; columns: found; in the order of `risks`. */
  readonly riskMatrix: readonly (readonly number[])[];
  /** Likewise for tasks, in the order of `tasks`. */
  readonly taskMatrix: readonly (readonly number[])[];
  readonly misses: readonly Miss[];
}

export const IDENTIFIER_SIGNALS: readonly string[] = ["pii_contact", "pii_financial", "pii_identity", "secret"];

export interface Judged {
  readonly request: LabelledRequest;
  readonly classification: Classification;
}

/** Compares classifications with labels. */
export function scoreOf(judged: readonly Judged[]): Score {
  const tasks = [...new Set(judged.flatMap(({ request, classification }) => [request.labels.taskType, classification.taskType]))].sort();
  const signals = [...new Set(judged.flatMap((one) => [...one.request.labels.signals, ...signalsOf(one)]))].sort();
  const taskPairs = judged.map(({ request, classification }) => [request.labels.taskType, classification.taskType] as const);
  const riskPairs = judged.map(({ request, classification }) => [request.labels.riskClass, classification.riskClass] as const);
  const signalScores = signals.map((signal) => score(signal, judged.map((one) => [one.request.labels.signals.includes(signal), signalsOf(one).has(signal)])));
  return {
    requests: judged.length,
    hardNegatives: judged.filter(({ request }) => request.labels.hard_negative).length,
    taskAccuracy: accuracy(taskPairs),
    riskAccuracy: accuracy(riskPairs),
    languageAccuracy: accuracy(judged.map(({ request, classification }) => [request.language, classification.language])),
    hardNegativesRaised: judged.filter((one) => one.request.labels.hard_negative && rank(one.classification.riskClass) > rank(one.request.labels.riskClass)).length,
    tasks: tasks.map((task) => score(task, taskPairs.map(([expected, found]) => [expected === task, found === task]))),
    risks: RISK_CLASS_VALUES.map((risk) => score(risk, riskPairs.map(([expected, found]) => [expected === risk, found === risk]))),
    signals: signalScores,
    identifiers: sum("structured identifiers", signalScores.filter(({ label }) => IDENTIFIER_SIGNALS.includes(label)), judged.length),
    riskMatrix: matrix(RISK_CLASS_VALUES, riskPairs),
    taskMatrix: matrix(tasks, taskPairs),
    misses: judged.flatMap(missesOf),
  };
}

const rank = (risk: Classification["riskClass"]): number => RISK_CLASS_VALUES.indexOf(risk);
const signalsOf = ({ classification }: Judged): Set<string> => new Set(classification.riskSignals.map(({ signal }) => signal));
const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const accuracy = (pairs: readonly (readonly [string, string])[]): number => ratio(pairs.filter(([a, b]) => a === b).length, pairs.length) ?? 0;

function score(label: string, pairs: readonly (readonly [expected: boolean, found: boolean])[]): LabelScore {
  const expected = pairs.filter(([e]) => e).length;
  const truePositives = pairs.filter(([e, f]) => e && f).length;
  const falsePositives = pairs.filter(([e, f]) => !e && f).length;
  return scored(label, expected, truePositives, falsePositives, pairs.length);
}

/** Of several labels: every (request, label) pair counts once. */
function sum(label: string, scores: readonly LabelScore[], requests: number): LabelScore {
  const total = (field: "expected" | "truePositives" | "falsePositives") => scores.reduce((all, one) => all + one[field], 0);
  return scored(label, total("expected"), total("truePositives"), total("falsePositives"), requests * scores.length);
}

function scored(label: string, expected: number, truePositives: number, falsePositives: number, pairs: number): LabelScore {
  return {
    label, expected, truePositives, falsePositives,
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, expected),
    falsePositiveRate: ratio(falsePositives, pairs - expected),
  };
}

function matrix(labels: readonly string[], pairs: readonly (readonly [string, string])[]): number[][] {
  const rows = labels.map(() => labels.map(() => 0));
  for (const [expected, found] of pairs) rows[labels.indexOf(expected)]![labels.indexOf(found)]!++;
  return rows;
}

function missesOf(one: Judged): Miss[] {
  const { request, classification } = one;
  const { labels, language, id } = request;
  const compared: readonly (readonly [Miss["what"], string, string])[] = [
    ["taskType", labels.taskType, classification.taskType],
    ["riskClass", labels.riskClass, classification.riskClass],
    ["signals", [...labels.signals].sort().join(" "), [...signalsOf(one)].sort().join(" ")],
    ["language", language, classification.language],
  ];
  return compared.filter(([, expected, found]) => expected !== found).map(([what, expected, found]) => ({ id, what, expected, found }));
}
