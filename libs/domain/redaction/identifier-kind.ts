import type { Redactable } from "@leverframe/permit";

/** A structured identifier or a secret that somebody found in a text; offsets count UTF-16 units. */
export interface Found {
  readonly signal: string;
  readonly recogniser: string;
  readonly start: number;
  readonly end: number;
}

/** Every identifier of a text by position, overlapping ones too; null when there are more than anybody may mask. */
export type FindIdentifiers = (text: string) => readonly Found[] | null;

const KIND_BY_SIGNAL: Readonly<Record<string, Redactable>> = {
  pii_contact: "pii_contact",
  pii_financial: "pii_financial",
  pii_identity: "pii_identity",
  phi: "health_ids",
  secret: "secret",
};

/** What an obligation calls it; null for a signal that is no identifier. */
export const kindOf = ({ signal }: Found): Redactable | null => KIND_BY_SIGNAL[signal] ?? null;

/** What stands in for an identifier: a word that a model understands, and one for prompts where every byte is paid for. */
export interface Label {
  readonly long: string;
  readonly short: string;
}

const BY_RECOGNISER: Readonly<Record<string, Label>> = {
  email: { long: "EMAIL", short: "E" },
  phone: { long: "PHONE", short: "P" },
  "payment-card-luhn": { long: "CARD", short: "C" },
  "iban-mod97": { long: "IBAN", short: "I" },
  "bank-account-context": { long: "ACCOUNT", short: "A" },
  "date-of-birth-context": { long: "BIRTHDATE", short: "B" },
  "passport-context": { long: "PASSPORT", short: "T" },
  "medical-record-number": { long: "RECORD", short: "R" },
  "icd-10-context": { long: "CODE", short: "D" },
};
const BY_KIND: Readonly<Record<Redactable, Label>> = {
  pii_contact: { long: "CONTACT", short: "K" },
  pii_financial: { long: "ACCOUNT", short: "A" },
  pii_identity: { long: "ID", short: "N" },
  health_ids: { long: "HEALTH", short: "H" },
  secret: { long: "SECRET", short: "S" },
};

export const labelOf = ({ recogniser }: Found, kind: Redactable): Label => BY_RECOGNISER[recogniser] ?? BY_KIND[kind];
