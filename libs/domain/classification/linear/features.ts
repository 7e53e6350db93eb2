import { DIGITS, type Words } from "../words";
import { atOpening, endHashOf, endOf, hashOf, inMaterial, STEM_CHARS, stemHashOf, stemOf } from "./feature-hash";

/** How a feature at a word is called; spelled only when somebody asks. */
export interface Named {
  nameAt(words: Words, at: number): string;
}

/** Called with each feature of a text: its hash and the numbers of its first and last word. */
export type Visit = (hash: number, first: number, last: number, named: Named) => void;

const NUMBER = "#";
const NUMBER_HASH = hashOf(NUMBER);
/** Words shorter than this have no ending of their own. */
const END_CHARS_MIN = 8;
/** How many words stand at the beginning. */
const OPENING_WORDS = 3;

/** What a word counts as: numbers, and words that are too long to be any, are all the same. */
const tokenOf = ({ folded, kinds }: Words, at: number): string => (kinds[at] === DIGITS || folded[at] === "" ? NUMBER : folded[at]!);

const WORD: Named = { nameAt: tokenOf };
const STEM: Named = { nameAt: (words, at) => stemOf(tokenOf(words, at)) };
const END: Named = { nameAt: (words, at) => endOf(tokenOf(words, at)) };
const OPENING: Named = { nameAt: (words, at) => `^${stemOf(tokenOf(words, at))}` };
const MATERIAL: Named = { nameAt: (words, at) => `"${stemOf(tokenOf(words, at))}` };

/** The words from number `from` to before `to`, each with its stem and ending. Time is linear in the words. */
export function visitWords(words: Words, from: number, to: number, visit: Visit): void {
  for (let at = from; at < to; at++) {
    const word = tokenOf(words, at);
    if (word === NUMBER) {
      visit(NUMBER_HASH, at, at, WORD);
      continue;
    }
    if (word.length > STEM_CHARS) visit(hashOf(word), at, at, WORD);
    visit(stemHashOf(word), at, at, STEM);
    if (word.length >= END_CHARS_MIN) visit(endHashOf(word), at, at, END);
  }
}

/** The stems of the words with which a part begins, as such. */
export function visitOpening(words: Words, from: number, to: number, visit: Visit): void {
  for (let at = from; at < to && at < from + OPENING_WORDS; at++) visit(atOpening(stemHashOf(tokenOf(words, at))), at, at, OPENING);
}

/** The stems of words that came with an instruction. */
export function visitMaterial(words: Words, from: number, to: number, visit: Visit): void {
  for (let at = from; at < to; at++) visit(inMaterial(stemHashOf(tokenOf(words, at))), at, at, MATERIAL);
}
