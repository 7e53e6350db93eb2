import { TASK_WEIGHTS } from "../weights/task-weights";
import { INSTRUCTION_CHARS, taskTermsIn } from "../task-terms";
import type { Words } from "../words";
import type { Visit } from "./features";
import { LinearModel } from "./linear-model";
import { visitTaskFeatures } from "./task-features";

export const TASK_MODEL = new LinearModel(TASK_WEIGHTS);

/** One weight of each output by its number; they compare, and say nothing alone. */
export interface TaskScores {
  readonly scores: Float64Array;
  readonly features: number;
}

/** Everything that the task model looks at in an instruction. */
export function visitTask(words: Words, visit: Visit): void {
  visitTaskFeatures(words, words.text.slice(0, INSTRUCTION_CHARS), taskTermsIn(words), visit);
}

/** How much speaks for each task: the sum of its features' weights over the root of their number, and its bias. */
export function taskScoresOf(words: Words): TaskScores {
  const sums = new Int32Array(TASK_MODEL.outputs.length);
  let features = 0;
  visitTask(words, (hash) => {
    features++;
    TASK_MODEL.add(sums, hash);
  });
  const scale = 1 / Math.sqrt(Math.max(1, features));
  return { scores: Float64Array.from(sums, (sum, output) => sum * scale + TASK_MODEL.biases[output]!), features };
}
