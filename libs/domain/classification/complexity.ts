import { COMPLEXITY_VALUES, type Complexity } from "@leverframe/events";

/** How hard a task is to begin with; others start at 1 (`simple`). */
const BASE_LEVEL: Readonly<Record<string, number>> = { reasoning: 2, contract_review: 2, code_review: 2, proposal: 2, coding: 1, data_analysis: 2, agent_step: 2, chat: 0 };

const LONG_CHARS = 2_000;
const VERY_LONG_CHARS = 20_000;
const HARD_CUES = /\b(?:prove|theorem|step by step|trade-?offs?|optimi[sz]e|architecture|multi-?step|edge cases|rigorous)\b/i;
const INSTRUCTION_CHARS = 2_000;

/** Complexity from the kind of task, the amount of material and words that announce effort. */
export function complexityOf(taskType: string, instruction: string, totalChars: number): Complexity {
  let level = BASE_LEVEL[taskType] ?? 1;
  if (totalChars > LONG_CHARS) level += 1;
  if (totalChars > VERY_LONG_CHARS) level += 1;
  if (HARD_CUES.test(instruction.slice(0, INSTRUCTION_CHARS))) level += 1;
  return COMPLEXITY_VALUES[Math.min(level, COMPLEXITY_VALUES.length - 1)]!;
}
