import type { RiskClass, RiskSignal } from "@leverframe/events";
import { ibanIsValid, luhnIsValid } from "./checksums";

/** Finds one kind of structured identifier. The pattern is linear (no nested repetition); `accepts` confirms a hit. */
interface Recogniser {
  readonly name: string;
  readonly signal: string;
  readonly riskClass: RiskClass;
  readonly confidence: number;
  /** A character without which there can be no hit: lets most texts skip the pattern. */
  readonly needs: RegExp;
  readonly pattern: RegExp;
  readonly accepts?: (match: string, before: string) => boolean;
}

const DIGIT = /\d/;
const CONTEXT_CHARS = 40;

const RECOGNISERS: readonly Recogniser[] = [
  {
    name: "email",
    signal: "pii_contact",
    riskClass: "medium",
    confidence: 0.95,
    needs: /@/,
    pattern: /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g,
  },
  {
    name: "payment-card-luhn",
    signal: "pii_financial",
    riskClass: "high",
    confidence: 0.98,
    needs: DIGIT,
    pattern: /(?<![\d-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\d-])/g,
    accepts: (match) => luhnIsValid(match.replaceAll(/[ -]/g, "")),
  },
  {
    name: "iban-mod97",
    signal: "pii_financial",
    riskClass: "high",
    confidence: 0.99,
    needs: DIGIT,
    pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g,
    accepts: (match) => ibanIsValid(match.replaceAll(" ", "")),
  },
  {
    name: "us-ssn-context",
    signal: "pii_identity",
    riskClass: "high",
    confidence: 0.9,
    needs: DIGIT,
    pattern: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g,
    accepts: (_match, before) => /ssn|social|tax|identi/i.test(before),
  },
  {
    name: "medical-record-number",
    signal: "phi",
    riskClass: "regulated",
    confidence: 0.9,
    needs: DIGIT,
    pattern: /\b(?:MRN|Patient(?:en)?[ -]?(?:ID|No|Nr)\.?)[ :#-]{0,3}[A-Z]{0,3}\d{5,10}\b/gi,
  },
  {
    name: "api-secret",
    signal: "secret",
    riskClass: "high",
    confidence: 0.97,
    needs: /[_-]/,
    pattern: /\b(?:sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,200}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36,200}|xox[abprs]-[A-Za-z0-9-]{10,200})\b/g,
  },
  {
    name: "private-key",
    signal: "secret",
    riskClass: "high",
    confidence: 0.99,
    needs: /-----BEGIN/,
    pattern: /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY-----/g,
  },
];

/** Hits kept of one recogniser: enough to audit, bounded for hostile input. */
const HITS_MAX = 20;

/** Structured identifiers in the text, by recogniser order and position. */
export function recognise(text: string): RiskSignal[] {
  const signals: RiskSignal[] = [];
  for (const recogniser of RECOGNISERS) {
    if (!recogniser.needs.test(text)) continue;
    let hits = 0;
    for (const match of text.matchAll(recogniser.pattern)) {
      const start = match.index;
      const before = text.slice(Math.max(0, start - CONTEXT_CHARS), start);
      if (recogniser.accepts && !recogniser.accepts(match[0], before)) continue;
      const { signal, name, riskClass, confidence } = recogniser;
      signals.push({ signal, recogniser: name, riskClass, start, end: start + match[0].length, confidence });
      if (++hits === HITS_MAX) break;
    }
  }
  return signals;
}
