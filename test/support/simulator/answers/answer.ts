/**
 * What a model answers. Whether it is good follows from the prompt's difficulty (a hash of it, 0..1) and the model's
 * skill: a prompt that a model answers well, every stronger model answers well too. Prompts of the recorded data sets
 * get the recorded answer instead, with the recorded quality.
 */
import type { Ask } from "../ask";
import { withoutMarkers } from "../faults/marker";
import type { ModelProfile } from "../model-profile";
import { fraction, hash32, Random } from "../random";
import { readShape, type AskedShape } from "./asked-shape";
import { judge } from "./judge";
import { goodProse, proseOfLength, weakProse, type WeakKind } from "./prose";
import type { RecordedAnswer, RecordedAnswers } from "./recorded";
import { schemaValue, violatingValue, type ValueSource } from "./schema-value";

export type Quality = "good" | "weak";

export interface AnswerOrder {
  readonly ask: Ask;
  readonly model: ModelProfile;
  /** Overrides the hash of the prompt. */
  readonly difficulty: number | null;
  /** Overrides skill, difficulty and records. */
  readonly quality: Quality | null;
  readonly wrongSchema: boolean;
  readonly seed: number;
}

export interface Answer {
  readonly text: string;
  readonly quality: Quality;
  readonly recorded: boolean;
}

const WEAK_KINDS: readonly [WeakKind, ...WeakKind[]] = ["terse", "hedge", "omits-section"];

/** Independent of the seed: a prompt is as hard in every run. */
function difficultyOf(question: string): number {
  return fraction(hash32(question));
}

function fromRecord(record: RecordedAnswer, shape: AskedShape, random: Random): Answer {
  const quality = record.correct ? "good" : "weak";
  if (record.text !== null) return { text: record.text, quality, recorded: true };
  const ending = record.choice === null ? "" : `The answer is (${record.choice}).`;
  const prose = proseOfLength(Math.max(0, record.chars - ending.length), shape.terms, random);
  return { text: [prose, ending].filter((part) => part !== "").join("\n\n"), quality, recorded: true };
}

/** The right letter is a hash of the question; a weak answer takes the one after it. */
function choiceText(shape: AskedShape, question: string, good: boolean, random: Random): string {
  const right = hash32(question) % shape.choices.length;
  const chosen = good ? right : (right + 1) % shape.choices.length;
  return `${proseOfLength(120, shape.terms, random)}\n\nThe answer is (${shape.choices[chosen]}).`;
}

function proseText(shape: AskedShape, question: string, quality: Quality, random: Random): string {
  if (shape.choices.length > 0) return choiceText(shape, question, quality === "good", random);
  return quality === "good" ? goodProse(shape, random) : weakProse(random.pick(WEAK_KINDS), shape, random);
}

function jsonValue(order: AnswerOrder, question: string, shape: AskedShape, quality: Quality, random: Random): unknown {
  const { ask, wrongSchema } = order;
  const weak = quality === "weak";
  if (ask.format.kind !== "schema") {
    const value = { answer: proseText(shape, question, quality, random) };
    return wrongSchema ? [value.answer] : value;
  }
  const { schema } = ask.format;
  const source: ValueSource = {
    random,
    terms: shape.terms,
    question,
    weak,
    // A judge that errs fills in the form as neatly as one that doesn't: only its verdict is wrong.
    judgement: judge(withoutMarkers(ask.prompt), schema, weak),
  };
  if (wrongSchema) return violatingValue(schema, source);
  return schemaValue(schema, source.judgement === null ? source : { ...source, weak: false });
}

export function composeAnswer(order: AnswerOrder, recorded: RecordedAnswers | null): Answer {
  const { ask, model } = order;
  const question = withoutMarkers(ask.question);
  const random = new Random(order.seed);
  const record =
    ask.format.kind === "text" && order.quality === null && !order.wrongSchema
      ? recorded?.find(question, model.recordedAs)
      : undefined;
  const shape = readShape(withoutMarkers(ask.prompt), question);
  if (record !== undefined) return fromRecord(record, shape, random);
  const difficulty = order.difficulty ?? difficultyOf(question);
  const quality = order.quality ?? (difficulty < model.skill || model.skill === 1 ? "good" : "weak");
  if (ask.format.kind === "text" && !order.wrongSchema) {
    return { text: proseText(shape, question, quality, random), quality, recorded: false };
  }
  const value = jsonValue(order, question, shape, quality, random);
  return { text: JSON.stringify(value), quality, recorded: false };
}
