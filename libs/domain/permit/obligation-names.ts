/**
 * What `redact` may name: kinds of identifiers that recognisers find by shape, checksum and context. Words that merely
 * speak of a risk (a drug's name, "acquisition") are no kind: nobody could tell what a text means without them.
 */
export const REDACTABLE = {
  pii_contact: "e-mail addresses and phone numbers",
  pii_financial: "payment cards, IBANs and bank accounts",
  pii_identity: "national identifiers, passports and dates of birth",
  health_ids: "medical record numbers and ICD codes",
  secret: "passwords, tokens and private keys",
} as const;

export type Redactable = keyof typeof REDACTABLE;

/**
 * What `responsePolicies` may name. A policy of the kind
 *   mask     replaces what must not stand in the answer, whatever the model wrote
 *   block    withholds an answer that breaks it: another candidate is asked, and when none is left the request is refused
 *   append   adds a sentence in the answer's language
 */
export const RESPONSE_POLICIES = {
  no_pii: { kind: "mask", about: "identifiers of persons and health records in the answer are masked" },
  no_secrets: { kind: "mask", about: "passwords, tokens and private keys in the answer are masked" },
  no_diagnosis: { kind: "block", about: "the answer tells nobody what they suffer from" },
  no_commitments: { kind: "block", about: "the answer promises, guarantees and grants nothing" },
  cite_sources: { kind: "block", about: "the answer names a source: an address, a DOI, a numbered or author-year reference" },
  cite_clauses: { kind: "block", about: "the answer names a clause, section, article or paragraph" },
  ai_disclosure: { kind: "append", about: "says that an AI system wrote the answer" },
  not_medical_advice: { kind: "append", about: "says that the answer replaces no medical advice" },
  not_legal_advice: { kind: "append", about: "says that the answer is no legal advice" },
} as const satisfies Readonly<Record<string, { readonly kind: "mask" | "block" | "append"; readonly about: string }>>;

export type ResponsePolicy = keyof typeof RESPONSE_POLICIES;

/**
 * The least `retentionDaysMax`: the log keeps whole topics, so what the topics of a request keep is kept of every
 * request. An architecture test holds it to the table of topics.
 */
export const RETENTION_DAYS_MIN = 7;

/** The most of `deferSecondsMax`: a day of waiting and the six of the log stay within `RETENTION_DAYS_MIN`. */
export const DEFER_SECONDS_MAX = 86_400;
