import { ibanCountryLength, letterOrDigitValue } from "../checksums";
import type { SignalSink } from "../signal-sink";
import type { Words } from "../words";

const NAME = "iban-mod97";
const HEAD_CHARS = 4;

/**
 * An IBAN where a word of letters and digits begins with a country and two digits. It ends where its country says, so
 * that words that follow it after a blank do not spoil it; groups are parted by one blank, point or hyphen.
 */
export function findIban({ text, folded, starts }: Words, at: number, sink: SignalSink): void {
  const length = ibanCountryLength(folded[at]!);
  if (length === 0 || !sink.wants(NAME)) return;
  const start = starts[at]!;
  const end = ibanEnd(text, start, length);
  if (end === -1 || letterOrDigitValue(text.charCodeAt(end)) !== -1) return;
  sink.add({ signal: "pii_financial", recogniser: NAME, riskClass: "high", confidence: 0.99, start, end });
}

/** Offset after the IBAN at `start`, or -1: the account, then country and check digits, are ≡ 1 mod 97 (ISO 13616). */
function ibanEnd(text: string, start: number, length: number): number {
  let rest = 0;
  let at = start + HEAD_CHARS;
  for (let seen = HEAD_CHARS; seen < length; at++) {
    const value = letterOrDigitValue(text.charCodeAt(at));
    if (value === -1) {
      const isSeparator = text[at] === " " || text[at] === "-" || text[at] === ".";
      if (!isSeparator || letterOrDigitValue(text.charCodeAt(at + 1)) === -1) return -1;
      continue;
    }
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    seen++;
  }
  for (let head = start; head < start + HEAD_CHARS; head++) {
    const value = letterOrDigitValue(text.charCodeAt(head));
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1 ? at : -1;
}
