import { isValidPhoneNumber, type CountryCode } from "libphonenumber-js/min";
import type { SignalSink } from "../signal-sink";
import type { Words } from "../words";

/** Words that name a phone number, and those that ask to use one, folded. */
export const PHONE_NAMES: readonly string[] = (
  "phone phones telephone tel telefon telefonnummer telefono telefone telephone mobile mobil mobiltelefon handy handynummer cell cellphone fax whatsapp sms hotline ruckruf ruckrufnummer rufnummer durchwahl portable movil celular"
).split(" ");
export const PHONE_CALLS: readonly string[] = ("call ring dial reach anrufen anruf ruf rufen erreichen erreichbar appelez appeler rappelez rappeler joindre llame llamen llamar llamenos marque").split(" ");

/** How many words may lie between such a word and the number. */
const CONTEXT_WORDS = 5;

const INTERNATIONAL = /\+\d{1,4}(?:[ .\-/()]{0,3}\d{1,6}){1,7}(?![\dA-Za-z])/y;
const NATIONAL = /\(?\d{2,6}\)?(?:[ .\-/]{1,2}\d{1,8}){1,6}(?![\dA-Za-z])|\d{7,13}(?![\dA-Za-z])/y;
const GROUPED_US = /^\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$/;
/** Five pairs: written so in France alone, and nothing else is. */
const FRENCH_PAIRS = /^0[1-9](?:[ .]\d{2}){4}(?!\d)/;
const FRENCH_CHARS = 15;
const NOT_DIGITS = /\D/g;

/** Countries whose way of writing is tried when a number names none: with and without a leading zero. */
const WITH_ZERO: readonly CountryCode[] = ["GB", "DE", "FR", "AT", "CH", "IT"];
const WITHOUT_ZERO: readonly CountryCode[] = ["US", "ES", "PT", "IT"];

/** Numbers that are looked up in the numbering plans; a text with more is hostile or a directory, and their shape alone counts. */
const LOOKUPS_MAX = 40;
const NAME = "phone";

/** Phone numbers: by libphonenumber's numbering plans where they begin with `+`, else where words or brackets say what they are. */
export class PhoneFinder {
  private lookups = 0;
  private searchedTo = 0;
  private namedAt = -1 - CONTEXT_WORDS;
  private askedAt = -1 - CONTEXT_WORDS;

  constructor(
    private readonly words: Words,
    private readonly sink: SignalSink,
  ) {}

  /** Word `at` names a phone number (`isName`) or asks to use one. */
  expect(at: number, isName: boolean): void {
    if (isName) this.namedAt = at;
    else this.askedAt = at;
  }

  /** Tries a number that begins at word `at`, which is made of digits. */
  tryAt(at: number): void {
    const { text, starts } = this.words;
    const start = starts[at]!;
    if (start < this.searchedTo || !this.sink.wants(NAME)) return;
    const before = text[start - 1];
    const found = before === "+" ? this.match(INTERNATIONAL, start - 1) : this.nationalAt(at, before === "(" ? start - 1 : start);
    if (found === null) return;
    const digits = found.text.replace(NOT_DIGITS, "");
    if (digits.length < 7 || digits.length > 15) return;
    this.searchedTo = found.start + found.text.length;
    if (!this.isNumber(found.text, digits)) return;
    const end = found.start + found.text.length;
    this.sink.add({ signal: "pii_contact", recogniser: NAME, riskClass: "medium", confidence: before === "+" ? 0.95 : 0.8, start: found.start, end });
  }

  private nationalAt(at: number, start: number): { start: number; text: string } | null {
    const { text, ends, starts } = this.words;
    const isNamed = at - this.namedAt <= CONTEXT_WORDS;
    const isAsked = at - this.askedAt <= CONTEXT_WORDS;
    const isFrench = text[start] === "0" && ends[at]! - start === 2 && FRENCH_PAIRS.test(text.slice(start, start + FRENCH_CHARS));
    if (!isNamed && !isAsked && !isFrench && text[start] !== "(") return null;
    if (ends[at]! - starts[at]! > 13 || /[.\-/:]/.test(text[start - 1] ?? "")) return null;
    const found = this.match(NATIONAL, start);
    if (found === null) return null;
    const isGrouped = found.text.startsWith("0") || GROUPED_US.test(found.text);
    if (found.text.startsWith("(") && GROUPED_US.test(found.text)) return found;
    return isNamed || isFrench || (isAsked && isGrouped && found.text.length > 8) ? found : null;
  }

  private match(pattern: RegExp, start: number): { start: number; text: string } | null {
    pattern.lastIndex = start;
    const text = pattern.exec(this.words.text)?.[0];
    return text === undefined ? null : { start, text };
  }

  private isNumber(text: string, digits: string): boolean {
    if (this.lookups >= LOOKUPS_MAX) return true;
    const countries = text.startsWith("+") ? [undefined] : digits.startsWith("0") ? WITH_ZERO : WITHOUT_ZERO;
    this.lookups += countries.length;
    return countries.some((country) => isValidPhoneNumber(text, country));
  }
}
