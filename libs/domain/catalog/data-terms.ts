/** What the contract with whoever runs a deployment says about the data that is sent there. */
export interface DataTerms {
  readonly trainsOnData: boolean;
  /** How long the provider keeps prompts and answers; 0: not at all. */
  readonly retentionDays: number;
  /** A data processing agreement is in force. */
  readonly dpa: boolean;
  readonly subprocessors: readonly string[];
}

/** Words that rules use for data terms: `forbid: {dataTerms: [trains_on_data, no_dpa]}`. */
export const DATA_TERMS = ["trains_on_data", "no_training", "zero_retention", "short_retention", "long_retention", "dpa", "no_dpa"] as const;
export type DataTerm = (typeof DATA_TERMS)[number];

/** What is kept for abuse monitoring, usually. */
const SHORT_RETENTION_DAYS_MAX = 30;

/** The words that are true of these terms. Terms that nobody wrote down are taken for the worst. */
export function dataTermsOf(terms: DataTerms | undefined): readonly DataTerm[] {
  if (!terms) return ["trains_on_data", "long_retention", "no_dpa"];
  const { trainsOnData, retentionDays, dpa } = terms;
  const retention = retentionDays === 0 ? "zero_retention" : retentionDays <= SHORT_RETENTION_DAYS_MAX ? "short_retention" : "long_retention";
  return [trainsOnData ? "trains_on_data" : "no_training", retention, dpa ? "dpa" : "no_dpa"];
}
