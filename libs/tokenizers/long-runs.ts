/**
 * A tokenizer cuts a text into runs of letters, of white space and of other signs, and merges the bytes of each run in
 * quadratic time. No language writes runs of this length; who sends them gets a bound by bytes.
 */
export const RUN_CHARACTERS_MAX = 256;

/** Every character is in one of the runs, so that one pass over the text finds them all. */
const RUN = /[\p{L}\p{M}]+|\p{N}+|\s+|[^\p{L}\p{M}\p{N}\s]+/guy;

/** Whether merging the text's runs may take long. Linear in the text. */
export function hasLongRun(text: string): boolean {
  // Numbers are cut into threes whatever their length.
  for (RUN.lastIndex = 0; RUN.lastIndex < text.length; ) {
    const start = RUN.lastIndex;
    if (!RUN.test(text)) return true;
    if (RUN.lastIndex - start > RUN_CHARACTERS_MAX && !isDigit(text, start)) return true;
  }
  return false;
}

const DIGIT = /\p{N}/uy;

function isDigit(text: string, at: number): boolean {
  DIGIT.lastIndex = at;
  return DIGIT.test(text);
}
