import { TASK_MODEL, taskScoresOf } from "./linear/task-model";
import type { Words } from "./words";

export { INSTRUCTION_CHARS, TASK_TYPES } from "./task-terms";

/** What the text asks for, and how sure we are. */
export interface TaskType {
  readonly taskType: string;
  /** 0..1 */
  readonly confidence: number;
}

/** What nothing was said for. */
const DEFAULT: TaskType = { taskType: "chat", confidence: 0.5 };
/** A lead over the next task that is as sure as it gets. */
const LEAD_SURE = 150;

/** Task type of an instruction: the one that the model's weights speak most for; confidence grows with its lead over the next. */
export function taskTypeOf(words: Words): TaskType {
  if (words.count === 0) return DEFAULT;
  const { scores } = taskScoresOf(words);
  let best = 0;
  for (let task = 1; task < scores.length; task++) if (scores[task]! > scores[best]!) best = task;
  let next = -Infinity;
  scores.forEach((score, task) => {
    if (task !== best && score > next) next = score;
  });
  return { taskType: TASK_MODEL.outputs[best]!, confidence: Math.round(100 * (0.5 + 0.49 * Math.min(1, (scores[best]! - next) / LEAD_SURE))) / 100 };
}
