import { DATA_TERMS, dataTermsOf, type Deployment } from "@leverframe/catalog";
import { listed, type Place } from "./source/place";

/** Which candidates an effect is about: a deployment must match every field, by any of the field's names. */
export interface CandidateMatcher {
  /** Null: every candidate (`all`). */
  readonly fields: Readonly<Partial<Record<CandidateField, readonly string[]>>> | null;
}

export const CANDIDATE_FIELDS = ["deployment", "provider", "model", "region", "tag", "tier", "licence", "capability", "dataTerms"] as const;
export type CandidateField = (typeof CANDIDATE_FIELDS)[number];

const NAMES_OF: Readonly<Record<CandidateField, (deployment: Deployment) => readonly string[]>> = {
  deployment: ({ id }) => [id],
  provider: ({ provider }) => [provider.id],
  model: ({ model }) => [model.id],
  region: ({ region }) => [region],
  tag: ({ tags }) => tags,
  tier: ({ model }) => [model.tier],
  licence: ({ model }) => [model.licence],
  capability: ({ model }) => model.capabilities,
  dataTerms: ({ dataTerms }) => dataTermsOf(dataTerms),
};

/** Fields whose names are known without a catalog. */
export const CLOSED_CANDIDATE_FIELDS: Readonly<Partial<Record<CandidateField, readonly string[]>>> = {
  tier: ["economy", "standard", "premium"],
  licence: ["oss", "commercial"],
  capability: ["json", "streaming", "tools", "vision"],
  dataTerms: DATA_TERMS,
};

/** Reads `all` or a map such as `{licence: [oss], region: [eu]}`; every name must be one of the catalog's. */
export function readCandidateMatcher(place: Place, deployments: readonly Deployment[]): CandidateMatcher | null {
  if (!place.isMap) {
    return place.oneOf("candidates", ["all"], `all, or a map such as { licence: oss } with ${listed(CANDIDATE_FIELDS)}`) === null ? null : { fields: null };
  }
  const fields = place.fields("the candidates", CANDIDATE_FIELDS);
  if (!fields) return null;
  if (fields.names().length === 0) return place.fail(`no candidate is named; expected all, or ${listed(CANDIDATE_FIELDS)}`);
  const matcher: Partial<Record<CandidateField, readonly string[]>> = {};
  let complete = true;
  for (const name of CANDIDATE_FIELDS) {
    const value = fields.get(name);
    if (!value) continue;
    const known = CLOSED_CANDIDATE_FIELDS[name] ?? namesOf(name, deployments);
    const names = value.oneOrMore(name)?.map((item) => item.oneOf(name, known));
    if (names && !names.includes(null)) matcher[name] = names as string[];
    else complete = false;
  }
  return complete ? { fields: matcher } : null;
}

/** One byte for each deployment in catalog order: 1 where it matches. */
export function matchCandidates(matcher: CandidateMatcher, deployments: readonly Deployment[]): Uint8Array {
  const entries = Object.entries(matcher.fields ?? {}) as [CandidateField, readonly string[]][];
  const matches = (deployment: Deployment) =>
    entries.every(([field, names]) => NAMES_OF[field](deployment).some((name) => names.includes(name)));
  return Uint8Array.from(deployments, (deployment) => (matches(deployment) ? 1 : 0));
}

function namesOf(field: CandidateField, deployments: readonly Deployment[]): string[] {
  return [...new Set(deployments.flatMap((deployment) => NAMES_OF[field](deployment)))];
}
