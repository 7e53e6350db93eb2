import * as check from "../national-checksums";
import { context, type Recogniser, shapes } from "./recogniser";

const END = "(?![A-Za-z0-9])(?![-.]\\d)";
const IDENTITY = { signal: "pii_identity", riskClass: "high" } as const;
const pattern = (source: string): RegExp => new RegExp(`(?:${source})${END}`, "yi");

const SSN_CONTEXT = context("ssn ssns social security tax taxpayer identification itin w2 payroll dependants dependents beneficiary", 12, 4);

/** Account numbers without a checksum, which need their name. */
export const ACCOUNTS: readonly Recogniser[] = [
  {
    name: "bank-account-context", signal: "pii_financial", riskClass: "high", confidence: 0.75, starts: shapes("D", 8, 17), pattern: pattern("\\d{8,17}"),
    context: context("kontonummer bankverbindung routing aba", 3, 0),
  },
];

/** Identifiers that states give to persons. Weak check digits (1 in 10 or 11 passes by chance) need a word that names them. */
export const NATIONAL_IDS: readonly Recogniser[] = [
  { ...IDENTITY, name: "us-ssn-context", confidence: 0.95, starts: ["D3-", "D3 ", "D9"], pattern: pattern("\\d{3}[- ]\\d{2}[- ]\\d{4}|\\d{9}"), accepts: check.isSsn, context: SSN_CONTEXT },
  { ...IDENTITY, name: "us-ssn-shape", confidence: 0.6, starts: ["D3-"], pattern: pattern("\\d{3}-\\d{2}-\\d{4}"), accepts: check.isSsn },
  { ...IDENTITY, name: "de-tax-id", confidence: 0.95, starts: ["D2 ", "D11"], pattern: pattern("\\d{2} \\d{3} \\d{3} \\d{3}|\\d{11}"), accepts: check.isGermanTaxId },
  {
    ...IDENTITY, name: "de-pension-number", confidence: 0.95, starts: ["D2 ", "M12"], accepts: check.isGermanPensionNumber,
    pattern: pattern("\\d{2} ?\\d{6} ?[A-Z] ?\\d{3}"),
  },
  {
    ...IDENTITY, name: "fr-nir", confidence: 0.97, starts: ["D1 ", "D15", "M15"], accepts: check.isFrenchNir,
    pattern: pattern("[1-478] ?\\d{2} ?\\d{2} ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}"),
  },
  { ...IDENTITY, name: "es-dni", confidence: 0.85, starts: ["M9", "D8", "D2."], pattern: pattern("\\d{8}[- ]?[A-Z]|\\d{2}\\.\\d{3}\\.\\d{3}[- ]?[A-Z]"), accepts: check.isSpanishDniOrNie },
  { ...IDENTITY, name: "es-nie", confidence: 0.9, starts: ["M9", "L1-", "L1 ", "M8"], pattern: pattern("[XYZ][- ]?\\d{7}[- ]?[A-Z]"), accepts: check.isSpanishDniOrNie },
  {
    ...IDENTITY, name: "uk-nhs-number", confidence: 0.95, starts: ["D3 ", "D3-", "D10"], accepts: check.isNhsNumber,
    pattern: pattern("\\d{3}([ -])\\d{3}\\1\\d{4}|\\d{10}"), context: context("nhs patient", 8, 3),
  },
  // A shape of its own when spaced; written in one it looks like an article number and needs its name.
  { ...IDENTITY, name: "uk-nino", confidence: 0.9, starts: ["L2 "], pattern: pattern("[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \\d{2} \\d{2} \\d{2} [A-D]") },
  {
    ...IDENTITY, name: "uk-nino-context", confidence: 0.95, starts: ["M9"], pattern: pattern("[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\\d{6}[A-D]"),
    context: context("insurance nino ni payroll hmrc", 8, 3),
  },
  { ...IDENTITY, name: "it-codice-fiscale", confidence: 0.97, starts: ["M16"], pattern: pattern("[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]"), accepts: check.isCodiceFiscale },
  { ...IDENTITY, name: "nl-bsn", confidence: 0.9, starts: ["D9"], pattern: pattern("\\d{9}"), accepts: check.isBsn, context: context("bsn burgerservicenummer sofinummer sofi", 5, 2) },
  {
    ...IDENTITY, name: "be-national-number", confidence: 0.9, starts: ["D2.", "D11"], pattern: pattern("\\d{2}\\.\\d{2}\\.\\d{2}[- ]\\d{3}\\.\\d{2}|\\d{11}"),
    accepts: check.isBelgianNationalNumber, context: context("rijksregisternummer rijksregister national registre niss insz nrn", 6, 2),
  },
  { ...IDENTITY, name: "ch-ahv", confidence: 0.97, starts: ["D3.", "D3 ", "D13"], pattern: pattern("756([. ]?)\\d{4}\\1\\d{4}\\1\\d{2}"), accepts: check.isAhvNumber },
  { ...IDENTITY, name: "pt-nif", confidence: 0.85, starts: ["D9"], pattern: pattern("\\d{9}"), accepts: check.isPortugueseNif, context: context("nif contribuinte", 4, 2) },
  { ...IDENTITY, name: "pl-pesel", confidence: 0.9, starts: ["D11"], pattern: pattern("\\d{11}"), accepts: check.isPesel, context: context("pesel", 5, 2) },
  { ...IDENTITY, name: "br-cpf", confidence: 0.95, starts: ["D3."], pattern: pattern("\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}"), accepts: check.isCpf },
  { ...IDENTITY, name: "us-npi", confidence: 0.85, starts: ["D10"], pattern: pattern("[12]\\d{9}"), accepts: check.isNpi, context: context("npi provider prescriber", 5, 2) },
  { ...IDENTITY, name: "us-dea", confidence: 0.9, starts: ["M9"], pattern: pattern("[A-Z][A-Z9]\\d{7}"), accepts: check.isDeaNumber, context: context("dea prescriber registration", 6, 2) },
  {
    ...IDENTITY, name: "passport-context", confidence: 0.8, starts: [...shapes("M", 6, 10), ...shapes("D", 7, 9)], pattern: pattern("(?=[A-Z]*\\d)[A-Z0-9]{6,10}"),
    // A passport number has digits; words of letters alone do not begin here.
    accepts: (compact) => /\d{3}/.test(compact), context: context("passport passports reisepass passnummer passeport pasaporte pasaportes reisepassnummer", 4, 0),
  },
];
