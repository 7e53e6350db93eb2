import type { LabelledRequest } from "../evaluation/labelled-request";
import { TASK_TYPES } from "../task-terms";
import { FEATURES_MIN } from "../linear/risk-features";
import { riskLessons, type TaughtText, taskLesson } from "./lessons";
import { modelText, type Training } from "./model-text";
import { type PieceFiles, rowsOf, signalsOf } from "./pieces";
import { putTogether } from "./put-together";
import { generator } from "./support-vectors";

/** What the models learn from. Everything was written for this project. */
export interface TrainingSources {
  /** Files of whole sentences: task, signals (`-`: none), text. */
  readonly sentences: readonly string[];
  readonly pieces: PieceFiles;
  /** Labelled requests that may be read: the tuning half of the shipped set. */
  readonly tuning: readonly LabelledRequest[];
  /** Labelled requests by others, closer to what comes in. */
  readonly development: readonly LabelledRequest[];
}

/** Regulated signals: what has shapes and check digits needs no model. */
const RISK_OUTPUTS: readonly string[] = ["phi", "mnpi"];
const DEVELOPMENT_COST = 3;
const SEED = 7;

const TASKS: Training = { version: "1", outputs: TASK_TYPES, passes: 10, cost: 1, positiveCost: 2, featuresMin: 1, lessonsMin: 3, unit: 100, weightMin: 12 };
const RISKS: Training = { version: "1", outputs: RISK_OUTPUTS, passes: 10, cost: 1, positiveCost: 2, featuresMin: FEATURES_MIN, lessonsMin: 3, unit: 1_000, weightMin: 60 };

/** The texts of both models' weights; the same sources give the same bytes on every machine. */
export function train(sources: TrainingSources): { readonly tasks: string; readonly risks: string } {
  const texts = taughtTexts(sources);
  return {
    tasks: modelText(texts.filter(({ taskType }) => taskType !== null).map(taskLesson), TASKS),
    risks: modelText(texts.filter(({ signals }) => signals !== null).flatMap((text) => riskLessons(text, RISK_OUTPUTS)), RISKS),
  };
}

function taughtTexts({ sentences, pieces, tuning, development }: TrainingSources): TaughtText[] {
  const taught = (cost: number) => ({ text, labels }: LabelledRequest): TaughtText => ({ text, taskType: labels.taskType, signals: labels.signals, cost });
  const written = sentences.flatMap(rowsOf).map(([taskType, signals, ...text]): TaughtText => ({ taskType: taskType!, signals: signalsOf(signals!), text: text.join("|"), cost: 1 }));
  return [...tuning.map(taught(1)), ...written, ...putTogether(pieces, generator(SEED)), ...development.map(taught(DEVELOPMENT_COST))];
}
