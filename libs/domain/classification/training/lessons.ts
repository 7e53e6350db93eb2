import { forEachLine } from "../linear/lines";
import type { Visit } from "../linear/features";
import { visitRiskFeatures } from "../linear/risk-features";
import { visitTaskFeatures } from "../linear/task-features";
import { type RiskHit, scanRiskIdeas } from "../risk-ideas";
import { INSTRUCTION_CHARS, taskTermsIn } from "../task-terms";
import { Words } from "../words";
import type { Lesson } from "./model-text";

/** A text with what a person says about it. */
export interface TaughtText {
  readonly text: string;
  /** Null: teaches risks only. */
  readonly taskType: string | null;
  /** Null: teaches the task only. */
  readonly signals: readonly string[] | null;
  /** How much a mistake on it costs; 1 for a text that a person wrote as a whole. */
  readonly cost: number;
}

const gathering = (words: Words, names: string[]): Visit => (_hash, first, _last, named) => void names.push(named.nameAt(words, first));

/** What the task model sees of a text. */
export function taskLesson({ text, taskType, cost }: TaughtText): Lesson {
  const names: string[] = [];
  const words = new Words(text, INSTRUCTION_CHARS);
  visitTaskFeatures(words, text.slice(0, INSTRUCTION_CHARS), taskTermsIn(words), gathering(words, names));
  return { names, outputs: [taskType!], cost };
}

/**
 * What the risk model sees of a text: all of it, and where it has no risk also each of its lines, since lines are judged
 * by themselves too.
 */
export function riskLessons({ text, signals, cost }: TaughtText, outputs: readonly string[]): Lesson[] {
  const words = new Words(text);
  const hits: RiskHit[] = [];
  scanRiskIdeas(words, (idea, first, last) => void hits.push({ idea, first, last }));
  const lines: string[][] = [];
  forEachLine(words, hits, (from, to, inLine) => {
    const names: string[] = [];
    visitRiskFeatures(words, from, to, inLine, gathering(words, names));
    lines.push(names);
  });
  const found = signals!.filter((signal) => outputs.includes(signal));
  const whole: Lesson = { names: lines.flat(), outputs: found, cost };
  return found.length > 0 || lines.length < 2 ? [whole] : [whole, ...lines.map((names): Lesson => ({ names, outputs: [], cost: cost / lines.length }))];
}
