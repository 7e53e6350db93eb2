import type { Deployment } from "@leverframe/catalog";
import { type CandidateMatcher, matchCandidates } from "../candidate-matcher";
import { decide } from "../decide";
import type { PolicySet } from "../policy-set";
import type { Node } from "./diagram";
import { NO, YES } from "./diagram";
import { Interpreter, type Meaning } from "./meaning";
import { isAsStrict, isNames, TERM_FIELDS } from "./obligation-meaning";
import type { Claim, Proof } from "./proofs";
import { Space } from "./space";
import { type Witness, witnessOf } from "./witness";

export type ProofResult =
  | { readonly proof: Proof; readonly proved: true; readonly vacuous: boolean; readonly counterexample: null }
  | { readonly proof: Proof; readonly proved: false; readonly vacuous: false; readonly counterexample: Counterexample };

export interface Counterexample extends Witness {
  /** Permitted candidates that the claim is about, else all permitted ones. */
  readonly candidates: readonly string[];
  /** Rules that fired and had a part in it, by id. */
  readonly rules: readonly string[];
  /** Null when it was permitted. */
  readonly refusal: string | null;
}

/**
 * Shows each property for every request there can be, or gives one for which it does not hold. `vacuous`: no request
 * is meant at all, so that nothing was shown.
 */
export function prove(set: PolicySet, proofs: readonly Proof[] = set.proofs): ProofResult[] {
  if (proofs.length === 0) return [];
  const asked = proofs.flatMap(({ when, unless }) => [{ set, condition: when }, { set, condition: unless }]);
  const space = new Space({ sets: [set], asked });
  const interpreter = new Interpreter(space);
  const meaning = interpreter.meaningOf(set);
  return proofs.map((proof) => proveOne(interpreter, meaning, proof));
}

function proveOne(interpreter: Interpreter, meaning: Meaning, proof: Proof): ProofResult {
  const { space } = interpreter;
  const d = space.diagrams;
  const { set } = meaning;
  // `unless` takes away what may be excepted: a property is about the requests that are surely meant.
  const meant = d.and(space.reach, space.whenUnless(set, proof.when, proof.unless).certain);
  const claim = new ClaimReader(interpreter, meaning, proof.quantifier).node(proof.claim);
  const broken = proof.quantifier === "never" ? d.and(meant, claim) : d.minus(meant, claim);
  if (broken === NO) return { proof, proved: true, vacuous: meant === NO, counterexample: null };
  return { proof, proved: false, vacuous: false, counterexample: counterexampleOf(space, meaning, proof, broken) };
}

class ClaimReader {
  constructor(
    private readonly interpreter: Interpreter,
    private readonly meaning: Meaning,
    private readonly quantifier: Proof["quantifier"],
  ) {}

  /** Where the claim holds. What is said of permits holds of a refusal under `always`, and does not under `never`. */
  node({ permits, permitsOnly, obliges, refused, any }: Claim): Node {
    const { space } = this.interpreter;
    const d = space.diagrams;
    const { answered } = this.meaning;
    const vacuous = this.quantifier === "always" ? d.not(answered) : NO;
    const parts: Node[] = [];
    if (permits) parts.push(this.#permits(permits));
    if (permitsOnly) parts.push(this.quantifier === "always" ? d.not(this.#someOf(permitsOnly, 0)) : d.minus(answered, this.#someOf(permitsOnly, 0)));
    if (refused !== null) parts.push(refused ? d.not(answered) : answered);
    if (obliges) {
      for (const field of TERM_FIELDS) {
        const wanted = obliges[field];
        if (wanted === null || (isNames(field) && (wanted as readonly string[]).length === 0)) continue;
        parts.push(d.or(vacuous, d.and(answered, this.#obliges(field, wanted))));
      }
    }
    if (any) parts.push(d.any(any.map((claim) => this.node(claim))));
    return d.all(parts);
  }

  /**
   * At least one is permitted. Under `always`, requests that none of them could serve whatever the rules said, and those
   * that hold what nobody declared, are not meant: for them to be refused is no fault of the rules.
   */
  #permits(matcher: CandidateMatcher): Node {
    const { space } = this.interpreter;
    const d = space.diagrams;
    const some = this.#someOf(matcher, 1);
    if (this.quantifier === "never") return some;
    const { set, able } = this.meaning;
    const serves = d.any(chosen(set, matcher, 1).map(({ id }) => able.get(id) as Node));
    return d.or(some, d.not(d.and(space.known, serves)));
  }

  #someOf(matcher: CandidateMatcher, matching: 0 | 1): Node {
    const { set, permitted } = this.meaning;
    return this.interpreter.space.diagrams.any(chosen(set, matcher, matching).map(({ id }) => permitted.get(id) as Node));
  }

  #obliges(field: (typeof TERM_FIELDS)[number], wanted: unknown): Node {
    const d = this.interpreter.space.diagrams;
    const { obligations } = this.meaning;
    if (isNames(field)) return d.all((wanted as readonly string[]).map((name) => obligations.get(`${field} ${name}`) ?? NO));
    const table = this.interpreter.obligations;
    return d.map(obligations.get(field) ?? YES, (number) => (isAsStrict(field, table.valueOf(field, number), wanted as never) ? 1 : 0));
  }
}

function chosen({ catalog }: PolicySet, matcher: CandidateMatcher, matching: 0 | 1): Deployment[] {
  const matches = matchCandidates(matcher, catalog.deployments);
  return catalog.deployments.filter((_, index) => matches[index] === matching);
}

/** The decision itself is asked about the request, so that what is shown is what would happen. */
function counterexampleOf(space: Space, { set, permitted, answered }: Meaning, { claim, quantifier }: Proof, broken: Node): Counterexample {
  const d = space.diagrams;
  const about = claim.permits ?? claim.permitsOnly;
  const ids = about === null ? null : chosen(set, about, claim.permits ? 1 : 0).map(({ id }) => id);
  const witness = witnessOf(space, broken, answered);
  const { permit, rules, refusal } = decide(set, witness.input);
  const all = permit?.candidates.map(({ id }) => id) ?? [];
  const offending = quantifier === "never" || !claim.permits ? all.filter((id) => ids?.includes(id) ?? true) : all;
  const expected = [...permitted].filter(([, where]) => d.and(broken, where) !== NO).map(([id]) => id);
  const stray = offending.find((id) => !expected.includes(id));
  if (stray !== undefined) throw new Error(`the analysis and the decision disagree about \`${stray}\`: ${JSON.stringify(witness.input)}`);
  const involved = set.rules.filter((rule) => rules.includes(rule.id) && (ids === null || touches(set, rule, offending.length > 0 ? offending : ids)));
  return { ...witness, candidates: offending, rules: involved.map(({ id }) => id), refusal: refusal?.message ?? null };
}

function touches({ catalog }: PolicySet, { candidates, effect }: PolicySet["rules"][number], ids: readonly string[]): boolean {
  if (!candidates || effect === "prefer") return false;
  const matches = matchCandidates(candidates, catalog.deployments);
  const counted = effect === "require" ? 0 : 1;
  return catalog.deployments.some(({ id }, index) => matches[index] === counted && ids.includes(id));
}
