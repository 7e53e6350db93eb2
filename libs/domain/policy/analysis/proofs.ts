import type { Deployment } from "@leverframe/catalog";
import type { ObligationTerms } from "@leverframe/permit";
import type { Attribute } from "../attributes";
import { type CandidateMatcher, readCandidateMatcher } from "../candidate-matcher";
import { type Condition, readCondition } from "../condition";
import { readObligationTerms } from "../obligation-terms";
import { type Fields, listed, type Place } from "../source/place";

/** What may be said of an answer; every part that is there must hold. */
export interface Claim {
  /** At least one of these candidates is permitted. */
  readonly permits: CandidateMatcher | null;
  /** No other candidate is permitted. */
  readonly permitsOnly: CandidateMatcher | null;
  /** The permit is at least as strict as these terms. */
  readonly obliges: ObligationTerms | null;
  readonly refused: boolean | null;
  /** At least one of these claims holds. */
  readonly any: readonly Claim[] | null;
}

/** A property of the whole space of requests: for none, or for each, of those that `when` holds of. */
export interface Proof {
  readonly name: string;
  readonly why: string | null;
  readonly quantifier: "never" | "always";
  /** Null: every request. */
  readonly when: Condition | null;
  readonly unless: Condition | null;
  readonly claim: Claim;
}

export const FINDING_KINDS = ["never_fires", "never_matters", "contradicts", "unroutable", "shadowed_preference"] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** A finding of lint that is meant to be so, and why. */
export interface Acknowledgement {
  readonly kind: FindingKind;
  /** The finding must be about these rules, and no others; empty: about any. */
  readonly rules: readonly string[];
  /** The finding's requests must be among these; null: any. */
  readonly when: Condition | null;
  readonly why: string;
}

export interface ProofContext {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly deployments: readonly Deployment[];
  readonly checkNames: readonly string[] | null;
}

const QUANTIFIERS = ["never", "always"] as const;
const PROOF_FIELDS = ["name", "why", ...QUANTIFIERS];
const CLAIM_FIELDS = ["permits", "permitsOnly", "obliges", "refused", "any"];
const FILE_FIELDS = ["proofs", "acknowledged"];
const DEPTH_MAX = 4;

/** Reads the files of `proofs/`. */
export function readProofs(files: readonly Place[], context: ProofContext): Proof[] {
  const proofs = new Map<string, Proof>();
  for (const item of items(files, "proofs")) {
    const fields = item.fields("a proof", PROOF_FIELDS);
    const name = fields?.need("name", "the proof")?.text("name");
    if (!fields || !name) continue;
    if (proofs.has(name)) fields.get("name")?.fail(`a proof with the name \`${name}\` stands twice; expected each name once`);
    const proof = readProof(name, item, fields, context);
    if (proof) proofs.set(name, proof);
  }
  return [...proofs.values()];
}

function readProof(name: string, place: Place, fields: Fields, context: ProofContext): Proof | null {
  const present = QUANTIFIERS.filter((quantifier) => fields.get(quantifier));
  const [quantifier] = present;
  if (!quantifier || present.length > 1) return place.fail(`the proof has ${present.length || "no"} claims; expected exactly one of ${listed(QUANTIFIERS)}`);
  const property = readProperty(quantifier, fields.get(quantifier) as Place, context);
  return property && { name, why: fields.get("why")?.text("why") ?? null, ...property };
}

/** Reads what stands behind `never` or `always`: `{when, unless, permits, permitsOnly, obliges, refused, any}`. */
export function readProperty(quantifier: "never" | "always", place: Place, context: ProofContext): Omit<Proof, "name" | "why"> | null {
  const fields = place.fields(`\`${quantifier}\``, ["when", "unless", ...CLAIM_FIELDS]);
  if (!fields) return null;
  const when = fields.get("when");
  const unless = fields.get("unless");
  const claim = readClaim(place, fields, context, 0);
  if (!claim) return null;
  return {
    quantifier,
    when: when && readCondition(when, context.attributes),
    unless: unless && readCondition(unless, context.attributes),
    claim,
  };
}

function readClaim(place: Place, fields: Fields, context: ProofContext, depth: number): Claim | null {
  if (!CLAIM_FIELDS.some((field) => fields.get(field))) return place.fail(`nothing is claimed; expected ${listed(CLAIM_FIELDS)}`);
  if (depth > DEPTH_MAX) return place.fail(`claims are nested more than ${DEPTH_MAX} deep; expected fewer`);
  const permits = fields.get("permits");
  const permitsOnly = fields.get("permitsOnly");
  const obliges = fields.get("obliges");
  const any = fields.get("any")?.oneOrMore("`any`")?.flatMap((part) => {
    const inner = part.fields("a claim", CLAIM_FIELDS);
    return (inner && readClaim(part, inner, context, depth + 1)) ?? [];
  });
  return {
    permits: permits && readCandidateMatcher(permits, context.deployments),
    permitsOnly: permitsOnly && readCandidateMatcher(permitsOnly, context.deployments),
    obliges: obliges && readObligationTerms(obliges, context.checkNames),
    refused: fields.get("refused")?.boolean("refused") ?? null,
    any: any ?? null,
  };
}

/** Reads what the files of `proofs/` acknowledge. */
export function readAcknowledgements(
  files: readonly Place[],
  context: { readonly attributes: ReadonlyMap<string, Attribute>; readonly rules: readonly string[] },
): Acknowledgement[] {
  return items(files, "acknowledged").flatMap((item) => {
    const fields = item.fields("an acknowledgement", ["finding", "rules", "when", "why"]);
    const kind = fields?.need("finding", "the acknowledgement")?.oneOf("finding", FINDING_KINDS);
    const why = fields?.need("why", "the acknowledgement")?.text("why");
    if (!fields || !kind || !why) return [];
    const rules = fields.get("rules")?.oneOrMore("`rules`")?.flatMap((rule) => rule.oneOf("rule", context.rules) ?? []) ?? [];
    const when = fields.get("when");
    return { kind, rules: rules.sort(), when: when && readCondition(when, context.attributes), why };
  });
}

function items(files: readonly Place[], field: "proofs" | "acknowledged"): Place[] {
  return files.flatMap((file) => {
    // Both readers pass over each file; what is wrong with its shape is reported once.
    if (!file.isMap) return field === "proofs" ? (file.refuse("the file", "a map with proofs or acknowledged"), []) : [];
    const fields = file.fields("the file", field === "proofs" ? FILE_FIELDS : null);
    return fields?.get(field)?.items(`\`${field}\``) ?? [];
  });
}
