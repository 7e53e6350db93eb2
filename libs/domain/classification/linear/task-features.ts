import type { TaskHit } from "../task-terms";
import { DIGITS, type Words } from "../words";
import { hashOf } from "./feature-hash";
import { type Named, visitMaterial, visitOpening, visitWords, type Visit } from "./features";
import { materialIn } from "./material";

/** So many numbers are material to reckon with. */
const NUMBERS_MIN = 4;
const SHORT_WORDS = 8;
const CODE = /[{}<>]|=>|==|\(\)|;[ \t]{0,4}$|\w\.\w{1,40}\(|::/m;
const ENDS_ASKING = /\?["”»\s]{0,20}$/;
const END_CHARS = 20;

interface Mark extends Named {
  readonly hash: number;
}

/** A mark of the text as a whole. */
const mark = (name: string): Mark => ({ hash: hashOf(name), nameAt: () => name });
const QUESTION = mark("!question");
const ASKS_AT_END = mark("!endsAsking");
const HAS_MATERIAL = mark("!material");
const NUMBERS = mark("!numbers");
const CODE_LIKE = mark("!code");
const SHORT = mark("!short");
const LINES = mark("!lines");

/**
 * What a task is recognised by: the words of the instruction, those of its material apart, what the vocabulary says about
 * both, and the text's shape.
 */
export function visitTaskFeatures(words: Words, text: string, hits: readonly TaskHit[], visit: Visit): void {
  const isMaterial = new Uint8Array(words.count);
  const parts = materialIn(text);
  let at = 0;
  for (const { from, to } of parts) {
    while (at < words.count && words.starts[at]! < from) at++;
    while (at < words.count && words.starts[at]! < to) isMaterial[at++] = 1;
  }
  for (let from = 0; from < words.count; ) {
    let to = from + 1;
    while (to < words.count && isMaterial[to] === isMaterial[from]) to++;
    if (isMaterial[from] === 1) visitMaterial(words, from, to, visit);
    else {
      visitWords(words, from, to, visit);
      visitOpening(words, from, to, visit);
    }
    from = to;
  }
  for (const { term, first, last } of hits) {
    if (isMaterial[first] === 0) visit(term.hash, first, last, term.named);
    else visit(term.materialHash, first, last, term.namedMaterial);
  }
  for (const one of marksOf(words, text, parts.length > 0)) visit(one.hash, 0, Math.max(0, words.count - 1), one);
}

function marksOf({ count, kinds }: Words, text: string, hasMaterial: boolean): Mark[] {
  const marks: Mark[] = [];
  if (text.includes("?")) marks.push(QUESTION);
  if (ENDS_ASKING.test(text.slice(-END_CHARS))) marks.push(ASKS_AT_END);
  if (hasMaterial) marks.push(HAS_MATERIAL);
  if (kinds.reduce((numbers, kind) => (kind === DIGITS ? numbers + 1 : numbers), 0) >= NUMBERS_MIN) marks.push(NUMBERS);
  if (CODE.test(text)) marks.push(CODE_LIKE);
  if (count <= SHORT_WORDS) marks.push(SHORT);
  if (text.includes("\n")) marks.push(LINES);
  return marks;
}
