import { type Classification, type Opinion, RISK_CLASS_VALUES, type RiskClass } from "@leverframe/events";
import { higherRisk } from "./risk-order";
import { TASK_TYPES } from "./task-type";

/**
 * What a learned classifier says about a request. Whatever it says is checked: it may be wrong, or made to be. It is asked in a
 * round of its own of the ordinary journey (permit, reservation, deadline, governed call), never beside it.
 */
export interface SecondOpinion {
  readonly riskClass: RiskClass;
  /** Null: none that it is sure of. */
  readonly taskType: string | null;
  /** 0..1 */
  readonly confidence: number;
  /** Name and version of the classifier, such as `embedding-3`; stands on the classification. */
  readonly classifier: string;
}

/** Where the rules are this sure of the task, another opinion about it is not heard. */
const RULES_SURE = 0.75;
const OPINION_SURE = 0.6;

const isKnownRisk = (risk: unknown): risk is RiskClass => RISK_CLASS_VALUES.includes(risk as RiskClass);

/**
 * Both opinions as one classification. The risk class is the higher of the two (I7), so a classifier that was talked round by
 * the prompt changes nothing. The version names who spoke. A task type is
 * taken only where none was declared, the rules were unsure and the opinion is sure.
 */
export function combine(rules: Classification, opinion: SecondOpinion | null): Classification {
  if (opinion === null) return rules;
  const riskClass = isKnownRisk(opinion.riskClass) ? higherRisk(rules.riskClass, opinion.riskClass) : rules.riskClass;
  const raised = riskClass !== rules.riskClass;
  const { taskType } = opinion;
  const takesTask = taskType !== null && TASK_TYPES.includes(taskType) && rules.taskConfidence < RULES_SURE && opinion.confidence >= OPINION_SURE;
  if (!raised && !takesTask) return rules;
  return {
    ...rules,
    riskClass,
    ...(takesTask ? { taskType, taskConfidence: Math.min(opinion.confidence, 0.99) } : {}),
    classifierVersion: `${rules.classifierVersion}+${opinion.classifier}`,
  };
}

/** The rules' classification with what was said about it, and with the opinion itself on record. */
export function withOpinion(rules: Classification, { riskClass, taskType, confidence, classifier }: SecondOpinion): Classification {
  const said = { riskClass, taskType, confidence, classifier };
  return { ...combine(rules, said), opinion: { status: "given", reason: "", ...said, ...foundByRules(rules) } };
}

/** The rules' classification as it stands, and why nobody else was heard. */
export function withoutOpinion(rules: Classification, reason: string): Classification {
  return { ...rules, opinion: { status: "declined", reason, classifier: "", riskClass: null, taskType: null, confidence: 0, ...foundByRules(rules) } };
}

const foundByRules = ({ riskClass, taskType, taskConfidence }: Classification): Pick<Opinion, "rulesRiskClass" | "rulesTaskType" | "rulesTaskConfidence"> => ({
  rulesRiskClass: riskClass,
  rulesTaskType: taskType,
  rulesTaskConfidence: taskConfidence,
});
