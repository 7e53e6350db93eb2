/**
 * Between a line's end and a letter, between a letter and a space before another, and between a letter and a full-width
 * mark, every tokenizer of this house begins anew: what stands on both sides is cut into tokens as if it stood alone, so counts of slices add up exactly.
 */
const SEAM = /(?<=\n)(?=[A-Za-z])|(?<=[a-z])(?= [a-z])|(?<=\p{L})(?=[，。、；：！？])/gu;

/** The text in slices of about `charactersMin`, cut at seams alone; longer where there is none. */
export function* slicesOf(text: string, charactersMin: number): Generator<string> {
  let from = 0;
  while (text.length - from > charactersMin) {
    SEAM.lastIndex = from + charactersMin;
    const seam = SEAM.exec(text)?.index;
    if (seam === undefined) break;
    yield text.slice(from, seam);
    from = seam;
  }
  yield text.slice(from);
}
