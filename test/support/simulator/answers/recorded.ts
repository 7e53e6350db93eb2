/**
 * Answers that real models gave, from published data sets (folder `LEVERFRAME_DATA`, else `../shared/data` beside the
 * repository). They are no part of the product: without the folder, or with a file missing, nothing is recorded.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

export interface RecordedAnswer {
  /** The full text where it was published, else null. */
  readonly text: string | null;
  /** The letter chosen in a multiple-choice question; null where there is a text or the model chose none. */
  readonly choice: string | null;
  /** How long the answer was, for those without text. */
  readonly chars: number;
  readonly correct: boolean;
}

type AnswerOf = (model: string) => RecordedAnswer | undefined;

interface ArenaRow {
  readonly prompt: string;
  readonly score: Readonly<Record<string, number | null>>;
  readonly answer: Readonly<Record<string, string | null>>;
}

interface MmluRow {
  readonly prompt: string;
  readonly correct: readonly (0 | 1 | null)[];
  readonly pred: string;
  readonly out_chars: readonly (number | null)[];
}

const ARENA_FILE = "routerarena_sub10_2models.jsonl";
const MMLU_FILE = "mmlu_pro_17models.jsonl";
const MMLU_MODELS_FILE = "mmlu_pro_17models.models.json";

/** Scores are graded 0..1 by several metrics; from half on, an answer counts as correct. */
const CORRECT_SCORE_MIN = 0.5;

export class RecordedAnswers {
  private readonly byPrompt = new Map<string, AnswerOf>();

  get size(): number {
    return this.byPrompt.size;
  }

  add(prompt: string, answerOf: AnswerOf): void {
    this.byPrompt.set(prompt.trim(), answerOf);
  }

  /** The answer of the first of these models that was asked exactly this. */
  find(question: string, models: readonly string[]): RecordedAnswer | undefined {
    const answerOf = this.byPrompt.get(question.trim());
    if (answerOf === undefined) return undefined;
    for (const model of models) {
      const answer = answerOf(model);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}

async function readLines<Row>(file: string): Promise<Row[]> {
  if (!existsSync(file)) return [];
  const text = await readFile(file, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}

function arenaAnswers(row: ArenaRow): AnswerOf {
  const { score, answer } = row;
  return (model) => {
    const text = answer[model];
    if (typeof text !== "string" || text === "") return undefined;
    return { text, choice: null, chars: text.length, correct: (score[model] ?? 0) >= CORRECT_SCORE_MIN };
  };
}

function mmluAnswers(row: MmluRow, models: readonly string[]): AnswerOf {
  const { correct, pred, out_chars: chars } = row;
  return (model) => {
    const index = models.indexOf(model);
    const right = correct[index];
    if (right === undefined || right === null) return undefined;
    const letter = pred[index] ?? "-";
    const choice = /[A-J]/.test(letter) ? letter : null;
    return { text: null, choice, chars: chars[index] ?? 0, correct: right === 1 };
  };
}

async function load(folder: string): Promise<RecordedAnswers> {
  const answers = new RecordedAnswers();
  for (const row of await readLines<ArenaRow>(path.join(folder, ARENA_FILE)))
    answers.add(row.prompt, arenaAnswers(row));
  const modelsFile = path.join(folder, MMLU_MODELS_FILE);
  if (!existsSync(modelsFile)) return answers;
  const models = JSON.parse(await readFile(modelsFile, "utf8")) as string[];
  for (const row of await readLines<MmluRow>(path.join(folder, MMLU_FILE))) {
    answers.add(row.prompt, mmluAnswers(row, models));
  }
  return answers;
}

/** Loaded once per folder and process: tests start many simulators. */
const loaded = new Map<string, Promise<RecordedAnswers>>();

export function loadRecordedAnswers(folder: string): Promise<RecordedAnswers> {
  const known = loaded.get(folder);
  if (known !== undefined) return known;
  const loading = load(folder);
  loaded.set(folder, loading);
  return loading;
}

function repositoryRoot(): string | null {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, "nx.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
  return folder;
}

/** Where the data sets are, null when they are absent. */
export function recordedFolder(): string | null {
  const named = process.env["LEVERFRAME_DATA"];
  const root = repositoryRoot();
  const folder = named ?? (root === null ? null : path.resolve(root, "../shared/data"));
  return folder !== null && existsSync(folder) ? folder : null;
}
