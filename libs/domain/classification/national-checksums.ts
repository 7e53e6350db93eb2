import { luhnSumIsZero, restBy97, weightedSum } from "./checksums";

// Check digits of identifiers of persons, each as its issuer defines it. All take the identifier without separators, in upper case.

/** DE tax id (§ 139b AO): of the first ten digits one occurs twice or thrice, the others at most once; ISO 7064 mod 11,10. */
export function isGermanTaxId(digits: string): boolean {
  if (digits.length !== 11 || digits.startsWith("0")) return false;
  const counts = new Array<number>(10).fill(0);
  let product = 10;
  for (let i = 0; i < 10; i++) {
    const digit = digits.charCodeAt(i) - 48;
    counts[digit]!++;
    const sum = (digit + product) % 10 || 10;
    product = (2 * sum) % 11;
  }
  const repeated = counts.filter((count) => count > 1);
  if (repeated.length !== 1 || repeated[0]! > 3) return false;
  return (11 - product) % 10 === digits.charCodeAt(10) - 48;
}

/** DE pension insurance number (VKVV § 4): area, date of birth, initial, serial, check digit over the digit sums. */
export function isGermanPensionNumber(text: string): boolean {
  const plain = text.slice(0, 8) + String(text.charCodeAt(8) - 64).padStart(2, "0") + text.slice(9, 11);
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
  let sum = 0;
  for (let i = 0; i < 12; i++) {
    const product = (plain.charCodeAt(i) - 48) * weights[i]!;
    sum += Math.floor(product / 10) + (product % 10);
  }
  return isDayMonth(text.slice(2, 4), text.slice(4, 6)) && sum % 10 === text.charCodeAt(11) - 48;
}

/** FR NIR with its key (INSEE): 97 − (number mod 97); Corsica's 2A and 2B count as 19 and 18. */
export function isFrenchNir(text: string): boolean {
  const month = Number(text.slice(3, 5));
  if (!((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50)) return false;
  const number = text.slice(0, 13).replace("2A", "19").replace("2B", "18");
  return Number(text.slice(13)) === 97 - restBy97(number);
}

const DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

/** ES DNI, or NIE whose first letter stands for 0 to 2 (Orden INT/2058/2008): letter number mod 23. */
export function isSpanishDniOrNie(text: string): boolean {
  const first = "XYZ".indexOf(text[0]!);
  const number = first === -1 ? text.slice(0, 8) : `${first}${text.slice(1, 8)}`;
  return DNI_LETTERS[Number(number) % 23] === text[8];
}

/** UK NHS number: weights 10 to 2, 11 − rest by 11 is the tenth digit. */
export function isNhsNumber(digits: string): boolean {
  const check = (11 - (weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return check === digits.charCodeAt(9) - 48;
}

/** US NPI (45 CFR 162.406): Luhn with the issuer prefix 80840. */
export const isNpi = (digits: string): boolean => luhnSumIsZero(`80840${digits}`);

/** US DEA number: (1st + 3rd + 5th) + 2 × (2nd + 4th + 6th) ends in the 7th digit. */
export const isDeaNumber = (text: string): boolean => weightedSum(text.slice(2), [1, 2, 1, 2, 1, 2]) % 10 === text.charCodeAt(8) - 48;

/** US SSN: areas 000, 666 and 9xx, group 00 and serial 0000 are never issued. */
export function isSsn(digits: string): boolean {
  const area = digits.slice(0, 3);
  return area !== "000" && area !== "666" && area < "900" && digits.slice(3, 5) !== "00" && digits.slice(5) !== "0000";
}

/** NL BSN: weights 9 to 2 and −1, ≡ 0 mod 11. */
export const isBsn = (digits: string): boolean => weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;

/** BE national number: 97 − (first nine digits mod 97), a 2 in front for births since 2000. */
export function isBelgianNationalNumber(digits: string): boolean {
  const check = Number(digits.slice(9));
  return check === 97 - restBy97(digits.slice(0, 9)) || check === 97 - restBy97(`2${digits.slice(0, 9)}`);
}

/** CH AHV number: EAN-13 check digit. */
export const isAhvNumber = (digits: string): boolean => weightedSum(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;

/** PT NIF: weights 9 to 2; 11 − rest by 11, 10 and 11 count as 0. */
export function isPortugueseNif(digits: string): boolean {
  const check = 11 - (weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return (check > 9 ? 0 : check) === digits.charCodeAt(8) - 48;
}

/** PL PESEL: weights 1, 3, 7, 9 …, ≡ 0 mod 10. */
export const isPesel = (digits: string): boolean => weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;

/** BR CPF: two check digits mod 11. */
export function isCpf(digits: string): boolean {
  if (/^(\d)\1*$/.test(digits)) return false;
  const first = ((weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  const second = ((weightedSum(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  return first === digits.charCodeAt(9) - 48 && second === digits.charCodeAt(10) - 48;
}

/** Values of characters at odd places of an Italian codice fiscale (D.M. 23 December 1976); digits count as A to J. */
const ODD_VALUES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** IT codice fiscale: sum of the places' values mod 26 is the last letter. */
export function isCodiceFiscale(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const code = text.charCodeAt(i);
    const value = code >= 65 ? code - 65 : code - 48;
    sum += i % 2 === 0 ? ODD_VALUES[value]! : value;
  }
  return sum % 26 === text.charCodeAt(15) - 65;
}

/** Whether two digits each can be a day and a month. */
export function isDayMonth(day: string, month: string): boolean {
  const d = Number(day);
  const m = Number(month);
  return d >= 1 && d <= 31 && m >= 1 && m <= 12;
}
