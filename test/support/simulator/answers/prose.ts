import type { Random } from "../random";
import type { AskedShape } from "./asked-shape";

type Terms = AskedShape["terms"];
type Sentence = (a: string, b: string) => string;

const OPENINGS: readonly [Sentence, ...Sentence[]] = [
  (a, b) => `The short answer on ${a} is that ${b} decides it, and the facts given support that.`,
  (a, b) => `Here is what the request establishes about ${a}, with ${b} taken into account.`,
  (a, b) => `Looking at ${a} first and at ${b} second gives a clear result.`,
];

const SENTENCES: readonly [Sentence, ...Sentence[]] = [
  (a, b) => `The main point is ${a}, because it determines how ${b} is handled.`,
  (a, b) => `For ${a} the information given is sufficient; ${b} follows from it directly.`,
  (a, b) => `Two facts matter here: ${a} is stated explicitly, and ${b} is implied by it.`,
  (a, b) => `Where ${a} and ${b} pull in different directions, the stated priority settles the matter.`,
  (a, b) => `The next step is to confirm ${a} with its owner and to record the result beside ${b}.`,
  (a, b) => `The cost of getting ${a} wrong is moderate, while ${b} can be corrected later.`,
  (a, b) => `Compared with ${b}, ${a} has the larger effect and should be dealt with first.`,
  (a, b) => `A concrete example is the case in which ${a} changes and ${b} stays as it is.`,
  (a, b) => `Nothing in the request contradicts this reading of ${a}, and ${b} is consistent with it.`,
];

/** Sentences by which a weak answer gives itself away; a grading model looks for them. */
const HEDGES: readonly [string, ...string[]] = [
  "I'm not certain about this, and it may depend on factors that I can't determine.",
  "It is hard to say without more information; there are several possibilities.",
  "I don't have enough information to give a definite answer.",
];
const TERSE: readonly [string, ...string[]] = ["It depends.", "Not sure.", "See above."];

export type WeakKind = "terse" | "hedge" | "omits-section";

function sentences(count: number, terms: Terms, random: Random): string {
  const list: string[] = [];
  for (let index = 0; index < count; index++) {
    list.push(random.pick(SENTENCES)(random.pick(terms), random.pick(terms)));
  }
  return list.join(" ");
}

function withSections(sections: readonly string[], terms: Terms, random: Random): string {
  return sections.map((name) => `## ${name}\n\n${sentences(2, terms, random)}`).join("\n\n");
}

function code(terms: Terms): string {
  const name = terms[0].replace(/[^\p{L}\p{N}]+/gu, "_");
  return `\n\n\`\`\`ts\nexport function ${name}(input: string[]): string[] {\n  return input.filter((line) => line !== "");\n}\n\`\`\``;
}

export function limitWords(text: string, wordsMax: number | null): string {
  if (wordsMax === null) return text;
  const words = text.split(/(\s+)/);
  return words.length <= wordsMax * 2 ? text : words.slice(0, Math.max(1, wordsMax * 2 - 1)).join("");
}

export function goodProse(shape: AskedShape, random: Random): string {
  const prose = proseOf(shape, random);
  return shape.wantsClauses ? `${prose} See clause 4.2.` : prose;
}

function proseOf(shape: AskedShape, random: Random): string {
  const { terms, sections } = shape;
  if (sections.length > 0) return withSections(sections, terms, random);
  const opening = random.pick(OPENINGS)(random.pick(terms), random.pick(terms));
  const body = `${opening} ${sentences(3 + Math.floor(random.next() * 3), terms, random)}`;
  return limitWords(shape.wantsCode ? body + code(terms) : body, shape.wordsMax);
}

export function weakProse(kind: WeakKind, shape: AskedShape, random: Random): string {
  const { terms, sections } = shape;
  if (kind === "terse") return random.pick(TERSE);
  if (kind === "hedge" || sections.length === 0) {
    return limitWords(
      `${random.pick(HEDGES)} Regarding ${random.pick(terms)}, ${random.pick(TERSE).toLowerCase()}`,
      shape.wordsMax,
    );
  }
  const kept = sections.slice(0, -1);
  return kept.length === 0 ? sentences(2, terms, random) : withSections(kept, terms, random);
}

/** Prose of about that many characters, for recorded answers of which only the length is known. */
export function proseOfLength(chars: number, terms: Terms, random: Random): string {
  const list: string[] = [];
  for (let length = 0; length < chars;) {
    const next = random.pick(SENTENCES)(random.pick(terms), random.pick(terms));
    list.push(next);
    length += next.length + 1;
  }
  return list.join(" ");
}

/** Whether a text contains one of the simulator's own weak answers. */
export function soundsWeak(text: string): boolean {
  return [...HEDGES, ...TERSE].some((sentence) => text.includes(sentence));
}
