// Check digits of payment instruments and the general schemes that others build on. All take digits without separators.

const digitAt = (text: string, index: number): number => text.charCodeAt(index) - 48;

/** Luhn's sum (ISO/IEC 7812-1, annex B) ≡ 0 mod 10, for any number of digits. */
export function luhnSumIsZero(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digitAt(digits, digits.length - 1 - i);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Σ digit × weight, over as many digits as there are weights. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += digitAt(digits, i) * weights[i]!;
  return sum;
}

/** Rest by 97 of a number of any length; letters count as 10 (A) to 35 (Z), as ISO 7064 mod 97-10 reads them. */
export function restBy97(text: string): number {
  let rest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code >= 65 ? code - 55 : code - 48;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** Whether digits are a card number of one of the networks: its issuer range, the length that the range has, and Luhn's sum. */
export function isPaymentCard(digits: string): boolean {
  return isIssued(Number(digits.slice(0, 4)), digits.length) && luhnSumIsZero(digits) && !isOneDigit(digits);
}

const isOneDigit = (digits: string): boolean => digits === digits[0]!.repeat(digits.length);

/** Lengths by issuer range (ISO/IEC 7812 issuer identification numbers as the card networks publish them). */
function isIssued(first4: number, length: number): boolean {
  const first2 = Math.floor(first4 / 100);
  if (first2 === 34 || first2 === 37) return length === 15;
  if (first2 === 36 || first2 === 38 || (first4 >= 3000 && first4 <= 3059)) return length === 14;
  if (length === 19) return first2 === 62 || first2 === 63 || first2 === 67;
  if (length !== 16) return false;
  if (first2 >= 40 && first2 <= 49) return true;
  if ((first2 >= 51 && first2 <= 55) || (first4 >= 2221 && first4 <= 2720)) return true;
  return first4 === 6011 || (first2 >= 64 && first2 <= 65) || first2 === 62 || (first4 >= 3528 && first4 <= 3589);
}

/** Lengths of the countries' IBANs (SWIFT IBAN registry). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BR: 29, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24,
  FI: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28,
  LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MD: 24, ME: 22, MK: 19, MR: 27, MT: 31, MU: 30, NL: 18, NO: 15, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24,
  RS: 22, SA: 24, SC: 31, SE: 24, SI: 19, SK: 24, SM: 27, TN: 24, TR: 26, UA: 29, VA: 22, XK: 20,
};

/** How long the IBAN is whose country and check digits a folded word begins with; 0 when it begins with none. */
export function ibanCountryLength(folded: string): number {
  if (folded.length < 4 || !isDigit(folded.charCodeAt(2)) || !isDigit(folded.charCodeAt(3))) return 0;
  return LENGTH_BY_COUNTRY.get(folded.slice(0, 2)) ?? 0;
}

const LENGTH_BY_COUNTRY = new Map(Object.entries(IBAN_LENGTHS).map(([country, length]) => [country.toLowerCase(), length]));
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** 0 to 9 for digits, 10 to 35 for letters of either case, -1 for any other character (or none). */
export function letterOrDigitValue(code: number): number {
  if (isDigit(code)) return code - 48;
  const upper = code & ~0x20;
  return upper >= 65 && upper <= 90 && code < 128 ? upper - 55 : -1;
}
