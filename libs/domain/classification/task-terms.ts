import { hashOf, inMaterial } from "./linear/feature-hash";
import type { Named } from "./linear/features";
import { TermIndex } from "./term-index";
import { TASK_CUES } from "./vocabulary/task-cues";
import { TASK_IDEAS } from "./vocabulary/task-ideas";
import type { Words } from "./words";

/** Every task type that the rules know; a declared one must be among them. */
export const TASK_TYPES: readonly string[] = Object.keys(TASK_CUES);

/** Cues beyond these characters stand in material that came with the instruction. */
export const INSTRUCTION_CHARS = 1_500;

/** A term of the tasks' vocabulary: a cue for one task (`@order.coding`), or an idea that several may have (`@idea.write`). */
interface TaskTerm {
  /** Of its feature in an instruction, and in an instruction's material. */
  readonly hash: number;
  readonly materialHash: number;
  readonly named: Named;
  readonly namedMaterial: Named;
}

/** A term that was found, with the numbers of its first and last word. */
export interface TaskHit {
  readonly term: TaskTerm;
  readonly first: number;
  readonly last: number;
}

function term(name: string): TaskTerm {
  const hash = hashOf(`@${name}`);
  return { hash, materialHash: inMaterial(hash), named: { nameAt: () => `@${name}` }, namedMaterial: { nameAt: () => `"@${name}` } };
}

const meaning = (name: string, phrases: readonly string[]): (readonly [string, TaskTerm])[] => {
  const said = term(name);
  return phrases.map((phrase) => [phrase, said] as const);
};

const index = new TermIndex<TaskTerm>([
  ...Object.entries(TASK_CUES).flatMap(([task, { orders, words, hints }]) => [...meaning(`order.${task}`, orders), ...meaning(`word.${task}`, words), ...meaning(`hint.${task}`, hints)]),
  ...Object.entries(TASK_IDEAS).flatMap(([idea, phrases]) => meaning(`idea.${idea}`, phrases)),
]);

/** Everything of the tasks' vocabulary that a text says, in order of the first word. */
export function taskTermsIn(words: Words): TaskHit[] {
  const hits: TaskHit[] = [];
  index.scan(words, (found, first, last) => void hits.push({ term: found, first, last }));
  return hits;
}
