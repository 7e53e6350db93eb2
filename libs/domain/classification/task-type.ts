import { TermIndex } from "./term-index";
import { TASK_CUES } from "./vocabulary/task-cues";
import { TASK_IDEAS, TASK_PAIRS } from "./vocabulary/task-ideas";
import { DIGITS, type Words } from "./words";

/** What the text asks for, and how sure we are. */
export interface TaskType {
  readonly taskType: string;
  /** 0..1 */
  readonly confidence: number;
}

const ORDER_WEIGHT = 6;
const WORD_WEIGHT = 2;
const HINT_WEIGHT = 0.75;
/** A question in passing outweighs a single word of another task, never an order. */
const QUESTION_WEIGHT = 1.5;
/** An order stands at the beginning. */
const OPENING_WORDS = 6;
const OPENING_FACTOR = 1.6;
/** What follows a quotation mark, a colon or a blank line is rather material than order. */
const MATERIAL_FACTOR = 0.35;
const MATERIAL_BEGINS = /: |["“„«]|\n\n|```/;
/** A colon before this is a heading, such as `confidential:`. */
const HEADING_CHARS = 24;

const DEFAULT: TaskType = { taskType: "chat", confidence: 0.5 };
const CODE_FENCE = "```";

/** Every task type that the rules know; a declared one must be among them. */
export const TASK_TYPES: readonly string[] = Object.keys(TASK_CUES);

const CHAT = TASK_TYPES.indexOf("chat");
const CODING = TASK_TYPES.indexOf("coding");
const DATA_ANALYSIS = TASK_TYPES.indexOf("data_analysis");

/** What a found term stands for: it weighs for a task by itself, or is an idea that needs another. */
interface Cue {
  readonly task: number;
  readonly weight: number;
  /** -1: none. */
  readonly idea: number;
}

interface Pairing {
  readonly task: number;
  readonly other: number;
  readonly weight: number;
  readonly within: number;
}

const IDEAS = Object.keys(TASK_IDEAS);
/** For each idea, the pairs that it is part of. */
const PAIRINGS: readonly (readonly Pairing[])[] = IDEAS.map((idea) =>
  TASK_PAIRS.flatMap(({ task, of: [first, second], weight, within }) => {
    const other = idea === first ? second : idea === second ? first : null;
    return other === null ? [] : [{ task: TASK_TYPES.indexOf(task), other: IDEAS.indexOf(other), weight, within }];
  }),
);

const cue = (task: number, weight: number): Cue => ({ task, weight, idea: -1 });

const index = new TermIndex<Cue>([
  ...Object.values(TASK_CUES).flatMap(({ orders, words, hints }, task) => [
    ...orders.map((term) => [term, cue(task, ORDER_WEIGHT + extra(term))] as const),
    ...words.map((term) => [term, cue(task, WORD_WEIGHT + extra(term))] as const),
    ...hints.map((term) => [term, cue(task, task === CHAT ? QUESTION_WEIGHT : HINT_WEIGHT)] as const),
  ]),
  ...IDEAS.flatMap((name, idea) => TASK_IDEAS[name]!.map((term) => [term, { task: -1, weight: 0, idea }] as const)),
]);

/** A longer phrase says more than a single word. */
function extra(cue: string): number {
  return cue.split(" ").length - 1;
}

/** Cues beyond these characters stand in material that came with the instruction. */
export const INSTRUCTION_CHARS = 1_500;

/** Weight below which nothing was asked for in so many words: it is talk. */
const WEIGHT_MIN = 1.5;

const PATTERN = IDEAS.indexOf("pattern");
/** So many numbers are material to reckon with. */
const NUMBERS_MIN = 4;

/** Task type of an instruction: the one whose cues weigh most; confidence is its share of all weight found. */
export function taskTypeOf(words: Words): TaskType {
  const weights = new Float64Array(TASK_TYPES.length);
  const lastOf = new Int32Array(IDEAS.length).fill(-1_000);
  const paired = new Uint8Array(TASK_TYPES.length);
  const materialFrom = materialStart(words.text);
  const add = (task: number, weight: number, first: number): void => {
    const place = words.starts[first]! >= materialFrom ? MATERIAL_FACTOR : first < OPENING_WORDS ? OPENING_FACTOR : 1;
    weights[task]! += weight * place;
  };
  index.scan(words, ({ task, weight, idea }, first) => {
    if (idea === -1) return add(task, weight, first);
    lastOf[idea] = first;
    for (const pairing of PAIRINGS[idea]!) {
      const distance = first - lastOf[pairing.other]!;
      // The same word may carry both ideas of a pair; it does not make one. A pair counts once for its task.
      if (distance === 0 || distance > pairing.within || paired[pairing.task]! > 0) continue;
      paired[pairing.task] = 1;
      add(pairing.task, pairing.weight, lastOf[pairing.other]!);
    }
  });
  if (words.text.slice(0, INSTRUCTION_CHARS).includes(CODE_FENCE)) weights[CODING]! += WORD_WEIGHT;
  if (lastOf[PATTERN]! >= 0 && countNumbers(words) >= NUMBERS_MIN) weights[DATA_ANALYSIS]! += ORDER_WEIGHT;
  let best = CHAT;
  for (let task = 0; task < weights.length; task++) if (weights[task]! > weights[best]!) best = task;
  if (weights[best]! < WEIGHT_MIN) return DEFAULT;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { taskType: TASK_TYPES[best]!, confidence: Math.min(0.99, 0.5 + 0.5 * (weights[best]! / (total + ORDER_WEIGHT / 2))) };
}

const countNumbers = ({ kinds }: Words): number => kinds.reduce((count, kind) => (kind === DIGITS ? count + 1 : count), 0);

function materialStart(text: string): number {
  const instruction = text.slice(HEADING_CHARS, INSTRUCTION_CHARS);
  const found = instruction.search(MATERIAL_BEGINS);
  return found === -1 ? text.length : HEADING_CHARS + found;
}
