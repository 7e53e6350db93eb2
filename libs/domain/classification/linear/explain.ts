import { scanRiskIdeas, type RiskHit } from "../risk-ideas";
import { INSTRUCTION_CHARS } from "../task-terms";
import { Words } from "../words";
import type { Visit } from "./features";
import type { LinearModel } from "./linear-model";
import { forEachLine, READ_WORDS_MAX } from "./lines";
import { linesOf, RISK_MODEL, SCORE_MIN, strongest } from "./risk-model";
import { visitRiskFeatures } from "./risk-features";
import { TASK_MODEL, taskScoresOf, visitTask } from "./task-model";

/** A feature of a text and what it adds to a sum, over all its places. */
export interface WeighedFeature {
  readonly name: string;
  readonly weight: number;
}

/** Why the linear model said what it said of a text. Features are spelled with words of the text: for whoever may read it. */
export interface Explanation {
  /** Tasks by score, the best first. */
  readonly tasks: readonly { readonly taskType: string; readonly score: number }[];
  /** What weighs most for the best task, and most against it. */
  readonly taskFeatures: readonly WeighedFeature[];
  readonly risks: readonly {
    readonly signal: string;
    readonly score: number;
    /** From this score on the signal is given. */
    readonly scoreMin: number;
    /** Of the passage that speaks most for it. */
    readonly passage: string;
    readonly features: readonly WeighedFeature[];
  }[];
}

/** Features shown of each sum, by how much they weigh. */
const SHOWN = 10;

export function explainText(text: string): Explanation {
  const instruction = new Words(text, INSTRUCTION_CHARS);
  const { scores } = taskScoresOf(instruction);
  const tasks = Array.from(scores, (score, task) => ({ taskType: TASK_MODEL.outputs[task]!, score: Math.round(score) })).sort((a, b) => b.score - a.score);
  const best = TASK_MODEL.outputs.indexOf(tasks[0]!.taskType);
  const words = new Words(text);
  const hits: RiskHit[] = [];
  scanRiskIdeas(words, (idea, first, last) => void (first < READ_WORDS_MAX && hits.push({ idea, first, last })));
  const lines = linesOf(words, hits);
  return {
    tasks,
    taskFeatures: weighed(TASK_MODEL, best, instruction, (visit) => visitTask(instruction, visit)),
    risks: RISK_MODEL.outputs.map((signal, output) => {
      const { score, from, to } = strongest(lines, output);
      const features = weighed(RISK_MODEL, output, words, (visit) =>
        forEachLine(words, hits, (first, end, inLine) => {
          if (first >= from && end <= to) visitRiskFeatures(words, first, end, inLine, visit);
        }),
      );
      return { signal, score: Math.round(score), scoreMin: SCORE_MIN, passage: text.slice(words.starts[from] ?? 0, words.ends[to - 1] ?? 0), features };
    }),
  };
}

function weighed(model: LinearModel, output: number, words: Words, visitAll: (visit: Visit) => void): WeighedFeature[] {
  const weights = new Map<string, number>();
  visitAll((hash, first, _last, named) => {
    const weight = model.weightOf(hash, output);
    if (weight === 0) return;
    const name = named.nameAt(words, first);
    weights.set(name, (weights.get(name) ?? 0) + weight);
  });
  return [...weights].map(([name, weight]) => ({ name, weight })).sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.name < b.name ? -1 : 1)).slice(0, SHOWN);
}
