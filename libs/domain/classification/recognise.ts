import { findDateOfBirth } from "./recognisers/date-of-birth";
import { findEmails } from "./recognisers/email";
import { HEALTH_IDS } from "./recognisers/health-ids";
import { findIban } from "./recognisers/iban";
import { ACCOUNTS, NATIONAL_IDS } from "./recognisers/national-ids";
import { findPaymentCard } from "./recognisers/payment-card";
import { PhoneFinder } from "./recognisers/phone";
import { hasContext, type Recogniser } from "./recognisers/recogniser";
import { findSecrets, findUnnamedSecrets, findUrlCredentials, JOINED_CHARS_MIN } from "./recognisers/secrets";
import { BIRTH, PHONE_CALL, PHONE_NAME, SECRET, triggersOf } from "./recognisers/triggers";
import type { SignalSink } from "./signal-sink";
import { DIGITS, LETTERS, MIXED, type Words } from "./words";

const SHAPED: readonly Recogniser[] = [...ACCOUNTS, ...NATIONAL_IDS, ...HEALTH_IDS];

/** ASCII characters that can be demanded to follow the word; 0 stands for any. */
const FOLLOWERS = 128;
/** No identifier begins with a word of so many characters. */
const LENGTHS = 64;
/** Recognisers by following character, kind and length of the word at which they begin; most words have none. */
const BY_SHAPE = tableOf(SHAPED);

/** Words of letters alone begin an identifier only when they are this short. */
const LETTERS_MAX = 2;

const SEPARATORS = /[ .\-/]/g;

/** Structured identifiers and secrets, each tried only where a word has the shape that it begins with. */
export function findIdentifiers(words: Words, sink: SignalSink): void {
  const phones = new PhoneFinder(words, sink);
  for (let at = 0; at < words.count; at++) {
    const kind = words.kinds[at]!;
    const length = words.ends[at]! - words.starts[at]!;
    if (kind === DIGITS) {
      phones.tryAt(at);
      if (!continuesNumber(words.text, words.starts[at]!)) findPaymentCard(words, at, sink);
    } else {
      const triggers = triggersOf(words.folded[at]!);
      if ((triggers & SECRET) !== 0 || length >= JOINED_CHARS_MIN) findSecrets(words, at, sink);
      if ((triggers & BIRTH) !== 0) findDateOfBirth(words, at, sink);
      if ((triggers & (PHONE_NAME | PHONE_CALL)) !== 0) phones.expect(at, (triggers & PHONE_NAME) !== 0);
      if (kind === MIXED) findIban(words, at, sink);
    }
    if (length >= LENGTHS || (kind === LETTERS && length > LETTERS_MAX)) continue;
    const shape = kind * LENGTHS + length;
    findShaped(words, at, BY_SHAPE[shape * FOLLOWERS], sink);
    const next = words.text.charCodeAt(words.ends[at]!);
    if (next < FOLLOWERS) findShaped(words, at, BY_SHAPE[shape * FOLLOWERS + next], sink);
  }
  findEmails(words.text, sink);
  findUrlCredentials(words.text, sink);
  findUnnamedSecrets(words.text, sink);
}

function findShaped(words: Words, at: number, recognisers: readonly Recogniser[] | undefined, sink: SignalSink): void {
  const start = words.starts[at]!;
  if (recognisers === undefined || continuesNumber(words.text, start)) return;
  for (const { name, signal, riskClass, confidence, pattern, accepts, context } of recognisers) {
    if (!sink.wants(name)) continue;
    pattern.lastIndex = start;
    const found = pattern.exec(words.text)?.[0];
    if (found === undefined) continue;
    if (accepts && !accepts(found.replace(SEPARATORS, "").toUpperCase())) continue;
    const end = start + found.length;
    if (context && !hasContext(words, at, end, context)) continue;
    sink.add({ signal, recogniser: name, riskClass, confidence, start, end });
  }
}

/** Whether the word is a later part of a number such as `12-345-6789-0`. */
function continuesNumber(text: string, start: number): boolean {
  if (start < 2) return false;
  const before = text.charCodeAt(start - 1);
  const beforeThat = text.charCodeAt(start - 2);
  const isSeparator = before === 0x2d || before === 0x2e || before === 0x2f;
  return isSeparator && beforeThat >= 0x30 && beforeThat <= 0x39;
}

function tableOf(recognisers: readonly Recogniser[]): (readonly Recogniser[] | undefined)[] {
  const table: Recogniser[][] = [];
  for (const recogniser of recognisers) {
    for (const shape of recogniser.starts) (table[indexOf(shape)] ??= []).push(recogniser);
  }
  return table;
}

function indexOf(shape: string): number {
  const kinds: Readonly<Record<string, number>> = { L: LETTERS, D: DIGITS, M: MIXED };
  const length = Number.parseInt(shape.slice(1), 10);
  const follower = /\d$/.test(shape) ? 0 : shape.charCodeAt(shape.length - 1);
  return (kinds[shape[0]!]! * LENGTHS + length) * FOLLOWERS + follower;
}
