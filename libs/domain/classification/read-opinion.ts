import { RISK_CLASS_VALUES, type Output, type RiskClass } from "@leverframe/events";
import type { SecondOpinion } from "./second-opinion";
import { TASK_TYPES } from "./task-type";

/** Far more than three fields take. */
const ANSWER_CHARS_MAX = 1_000;
const FIELDS = ["confidence", "riskClass", "taskType"];

/**
 * What a model said about a request; null when it is anything but one JSON object of exactly the three fields with values
 * that there are: nothing is repaired or guessed, since the material may have had a word in it.
 */
export function readOpinion(output: Output | null, classifier: string): SecondOpinion | null {
  if (output === null || output.refused || output.toolCalls.length > 0 || output.text.length > ANSWER_CHARS_MAX) return null;
  const said = parsed(output.text);
  if (said === null || Object.keys(said).sort().join() !== FIELDS.join()) return null;
  const { riskClass, taskType, confidence } = said;
  if (!RISK_CLASS_VALUES.includes(riskClass as RiskClass) || !TASK_TYPES.includes(taskType as string)) return null;
  if (typeof confidence !== "number" || !(confidence >= 0 && confidence <= 1)) return null;
  return { riskClass: riskClass as RiskClass, taskType: taskType as string, confidence, classifier };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
