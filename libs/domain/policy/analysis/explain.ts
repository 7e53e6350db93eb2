import type { Deployment } from "@leverframe/catalog";
import type { ObligationTerms } from "@leverframe/permit";
import { matchCandidates } from "../candidate-matcher";
import { decide, type PolicyAnswer } from "../decide";
import type { PolicySet } from "../policy-set";
import type { Rule } from "../rules";
import type { DecisionInput } from "../slots";
import { concludedValue, isNames, mergedValue, sameValue, TERM_FIELDS, type TermField } from "./obligation-meaning";

/** Why a request gets what it gets. */
export interface Explanation {
  readonly answer: PolicyAnswer;
  /** Every rule that fired, of any mode, by id. */
  readonly fired: readonly Rule[];
  readonly candidates: readonly CandidateExplanation[];
  /** Obligations that a rule or the route set, each with those that set it. */
  readonly obligations: readonly ObligationExplanation[];
}

export interface CandidateExplanation {
  readonly id: string;
  readonly permitted: boolean;
  /** The first cause, as the decision records it; null when permitted. */
  readonly cause: string | null;
  /** Rules that let it in, that keep it out, and that speak for it. */
  readonly allowedBy: readonly string[];
  readonly excludedBy: readonly string[];
  readonly preferredBy: readonly string[];
}

export interface ObligationExplanation {
  readonly field: TermField;
  readonly value: string;
  /** Rule ids, and `route <name>`. */
  readonly setBy: readonly string[];
}

export function explain(set: PolicySet, input: DecisionInput): Explanation {
  const answer = decide(set, input);
  const fired = firedAt(set, input, answer.route);
  const enforced = fired.filter(({ mode }) => mode === "enforce");
  const route = answer.route === null ? undefined : set.routes.byName.get(answer.route);
  const sources = [...(route ? [{ name: `route ${route.name}`, terms: route.terms }] : []), ...enforced.flatMap(({ id, terms }) => (terms ? { name: id, terms } : []))];
  return {
    answer,
    fired,
    candidates: set.catalog.deployments.map((deployment) => explainCandidate(deployment, enforced, answer)),
    obligations: TERM_FIELDS.flatMap((field) => explainField(field, sources)),
  };
}

/** Every rule that fires for a request on this route (null: none was found, so no rule was asked). */
export function firedAt({ index, rules }: PolicySet, input: DecisionInput, route: string | null): Rule[] {
  if (route === null) return [];
  const slots = new Uint16Array(index.slots.size);
  index.slots.fill(slots, input, route);
  return index.fire(slots).map((rule) => rules[rule.index] as Rule);
}

function explainCandidate(deployment: Deployment, enforced: readonly Rule[], answer: PolicyAnswer): CandidateExplanation {
  const of = (wanted: (rule: Rule, matches: boolean) => boolean): string[] =>
    enforced.filter((rule) => rule.candidates !== null && wanted(rule, matchCandidates(rule.candidates, [deployment])[0] === 1)).map(({ id }) => id);
  return {
    id: deployment.id,
    permitted: answer.permit?.candidates.some(({ id }) => id === deployment.id) ?? false,
    cause: answer.excluded.find(({ candidate }) => candidate === deployment.id)?.cause ?? (answer.permit ? null : (answer.refusal?.code ?? null)),
    allowedBy: of(({ effect }, matches) => effect === "allow" && matches),
    excludedBy: of(({ effect }, matches) => (effect === "forbid" && matches) || (effect === "require" && !matches)),
    preferredBy: of(({ effect }, matches) => effect === "prefer" && matches),
  };
}

function explainField(field: TermField, sources: readonly { readonly name: string; readonly terms: ObligationTerms }[]): ObligationExplanation[] {
  const saying = sources.filter(({ terms }) => (isNames(field) ? (terms[field] as readonly string[]).length > 0 : terms[field] !== null));
  const [first] = saying;
  if (!first) return [];
  const merged = saying.reduce((value, { terms }) => mergedValue(field, value, terms[field]), first.terms[field]);
  const decisive = isNames(field) ? saying : saying.filter(({ terms }) => sameValue(concludedValue(field, terms[field]), concludedValue(field, merged)));
  return [{ field, value: String(merged), setBy: decisive.map(({ name }) => name) }];
}
