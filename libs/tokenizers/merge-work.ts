/**
 * A tokenizer cuts a text into runs of letters, of white space and of other signs, and merges the bytes of each run in
 * quadratic time. So the work for a text is the sum of its runs' squares. Prose has about 30 for each character, text
 * without spaces up to 50; who sends much more means ill, and gets a bound by bytes.
 */
const WORK_PER_CHARACTER_MAX = 64;
/** A single long word in a short text harms nobody. */
const WORK_ALWAYS = 256 ** 2;

/** Every character is in one of the runs, so that one pass over the text finds them all. */
const RUN = /[\p{L}\p{M}]+|\p{N}+|\s+|[^\p{L}\p{M}\p{N}\s]+/guy;

/** Whether counting the text's tokens takes longer than a text of its length may. Linear in the text. */
export function takesLong(text: string): boolean {
  const workMax = WORK_ALWAYS + WORK_PER_CHARACTER_MAX * text.length;
  let work = 0;
  for (RUN.lastIndex = 0; RUN.lastIndex < text.length && work <= workMax; ) {
    const start = RUN.lastIndex;
    if (!RUN.test(text)) return true;
    // Numbers are cut into threes whatever their length.
    if (!isDigit(text, start)) work += (RUN.lastIndex - start) ** 2;
  }
  return work > workMax;
}

const DIGIT = /\p{N}/uy;

function isDigit(text: string, at: number): boolean {
  DIGIT.lastIndex = at;
  return DIGIT.test(text);
}
