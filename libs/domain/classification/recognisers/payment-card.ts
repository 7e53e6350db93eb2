import { isPaymentCard } from "../checksums";
import type { SignalSink } from "../signal-sink";
import { DIGITS, type Words } from "../words";

const NAME = "payment-card-luhn";
/** Lengths of the groups that card numbers are written in, longest first. */
const GROUPINGS: readonly (readonly number[])[] = [[4, 4, 4, 4, 3], [4, 4, 4, 4], [4, 6, 5], [4, 6, 4]];
const WHOLE_MIN = 14;
const WHOLE_MAX = 19;
const IBAN_GROUPS_MAX = 6;
const IBAN_HEAD = /^[a-z]{2}\d{2}$/;

/** A card number that begins at word `at`, which is made of digits; reads the words' lengths before it reads a digit. */
export function findPaymentCard(words: Words, at: number, sink: SignalSink): void {
  const { text, starts, ends } = words;
  const start = starts[at]!;
  const length = ends[at]! - start;
  if (length !== 4 && (length < WHOLE_MIN || length > WHOLE_MAX)) return;
  if (!sink.wants(NAME)) return;
  const last = length === 4 ? lastGroup(words, at) : isPaymentCard(text.slice(start, ends[at])) ? at : -1;
  if (last === -1) return;
  const end = ends[last]!;
  if (continues(text, end) || isInsideIban(words, at)) return;
  sink.add({ signal: "pii_financial", recogniser: NAME, riskClass: "high", confidence: 0.95, start, end });
}

/** The word with which a card number in groups ends, or -1. */
function lastGroup(words: Words, at: number): number {
  for (const groups of GROUPINGS) {
    const last = at + groups.length - 1;
    if (matchesGroups(words, at, groups) && isPaymentCard(digitsOf(words, at, last))) return last;
  }
  return -1;
}

function digitsOf({ text, starts, ends }: Words, first: number, last: number): string {
  let digits = "";
  for (let word = first; word <= last; word++) digits += text.slice(starts[word], ends[word]);
  return digits;
}

function matchesGroups({ text, starts, ends, kinds }: Words, at: number, groups: readonly number[]): boolean {
  const separator = text.charCodeAt(ends[at]!);
  if (separator !== 0x20 && separator !== 0x2d && separator !== 0x2e) return false;
  for (let i = 1; i < groups.length; i++) {
    const word = at + i;
    if (kinds[word] !== DIGITS || ends[word]! - starts[word]! !== groups[i]) return false;
    if (starts[word]! - ends[word - 1]! !== 1 || text.charCodeAt(ends[word - 1]!) !== separator) return false;
  }
  return true;
}

/** Whether a number goes on behind the offset: `-1` or `.5`. */
function continues(text: string, end: number): boolean {
  const next = text.charCodeAt(end);
  const afterNext = text.charCodeAt(end + 1);
  return (next === 0x2d || next === 0x2e) && afterNext >= 0x30 && afterNext <= 0x39;
}

/** Groups of an IBAN's shape: a card number among them is a coincidence, and the IBAN itself was looked at. */
function isInsideIban({ text, starts, ends, kinds, folded }: Words, at: number): boolean {
  for (let i = at; i > 0 && i > at - IBAN_GROUPS_MAX; i--) {
    if (starts[i]! - ends[i - 1]! !== 1 || text[ends[i - 1]!] !== " " || ends[i - 1]! - starts[i - 1]! !== 4) return false;
    if (kinds[i - 1] !== DIGITS) return IBAN_HEAD.test(folded[i - 1]!);
  }
  return false;
}
