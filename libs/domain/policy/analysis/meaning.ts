import type { Deployment } from "@leverframe/catalog";
import { matchCandidates } from "../candidate-matcher";
import type { PolicySet } from "../policy-set";
import type { Rule } from "../rules";
import { type Merge, type Node, NO, YES } from "./diagram";
import { isNames, ObligationTable, TERM_FIELDS, type TermField, type TermSource } from "./obligation-meaning";
import type { Space } from "./space";

/** What a policy set says to every request of a space. The functions are 0 or 1 where nothing else is said. */
export interface Meaning {
  readonly set: PolicySet;
  /** Numbers of `space.ending`. */
  readonly route: Node;
  /** A route was found. */
  readonly routed: Node;
  /** By rule id, of every mode; only where a route was found. */
  readonly fires: ReadonlyMap<string, Node>;
  /** By candidate, whatever the rules say: capabilities and room. */
  readonly able: ReadonlyMap<string, Node>;
  readonly permitted: ReadonlyMap<string, Node>;
  /** Something is permitted. */
  readonly answered: Node;
  /** Numbers of `REFUSALS`, of what was routed and not answered; elsewhere 0. */
  readonly refusal: Node;
  /** By candidate: how many enforced `prefer` rules speak for it. Comparing two numbers is comparing two preferences. */
  readonly favour: ReadonlyMap<string, Node>;
  /** By field: numbers of the obligation table; for fields that hold names, by `field name`, 0 or 1. */
  readonly obligations: ReadonlyMap<string, Node>;
}

export const REFUSALS = ["", "no_permitted_candidate", "conflicting_requirements"] as const;

const SUM: Merge = { at: (a, b) => a + b, shortcut: (a, b) => (a === NO ? b : b === NO ? a : null) };

/** Reads meanings of the sets that a space was made for, and of sets with other rules in the same words. */
export class Interpreter {
  readonly obligations: ObligationTable;

  constructor(readonly space: Space) {
    this.obligations = new ObligationTable(space);
  }

  meaningOf(set: PolicySet): Meaning {
    const d = this.space.diagrams;
    const route = this.space.routeOf(set);
    const routed = d.map(route, (ending) => (this.space.ending(ending).startsWith("route ") ? 1 : 0));
    const fires = new Map(set.rules.map((rule) => [rule.id, d.and(routed, this.firesOf(set, rule))]));
    const enforced = set.rules.filter(({ mode }) => mode === "enforce").map((rule): Fired => ({ rule, where: fires.get(rule.id) ?? NO, matches: matchesOf(set, rule) }));
    const sources = [...this.#routeTerms(set, route), ...enforced.flatMap(({ rule, where }) => (rule.terms ? { where, terms: rule.terms } : []))];
    const limit = this.obligations.scalar("outputTokensMax", sources);
    const able = new Map(set.catalog.deployments.map((deployment) => [deployment.id, this.#able(deployment, limit)]));
    const permitted = new Map(set.catalog.deployments.map(({ id }, index) => [id, d.all([routed, able.get(id) as Node, this.#allowed(enforced, index)])]));
    const answered = d.any([...permitted.values()]);
    return {
      set, route, routed, fires, able, permitted, answered,
      refusal: this.#refusalOf(set, enforced, d.minus(routed, answered)),
      favour: new Map(set.catalog.deployments.map(({ id }, index) => [id, this.#favour(enforced, index)])),
      obligations: this.#obligationsOf(sources),
    };
  }

  firesOf(set: PolicySet, { when, unless, effect }: Rule): Node {
    const { certain, possible } = this.space.whenUnless(set, when, unless);
    return effect === "allow" || effect === "prefer" ? certain : possible;
  }

  #allowed(enforced: readonly Fired[], index: number): Node {
    const d = this.space.diagrams;
    let allowed = NO;
    for (const { rule, where, matches } of enforced) if (rule.effect === "allow" && matches[index] === 1) allowed = d.or(allowed, where);
    for (const { rule, where, matches } of enforced) {
      if ((rule.effect === "forbid" && matches[index] === 1) || (rule.effect === "require" && matches[index] === 0)) allowed = d.minus(allowed, where);
    }
    return allowed;
  }

  #favour(enforced: readonly Fired[], index: number): Node {
    const d = this.space.diagrams;
    return enforced.reduce((sum, { rule, where, matches }) => (rule.effect === "prefer" && matches[index] === 1 ? d.merge(SUM, sum, where) : sum), NO);
  }

  /** `limit`: output tokens that obligations leave, as numbers of their table. */
  #able({ model }: Deployment, limit: Node): Node {
    const d = this.space.diagrams;
    let able = NO;
    for (const number of d.values(limit)) {
      const tokens = this.obligations.valueOf("outputTokensMax", number) as number | null;
      able = d.or(able, d.and(d.map(limit, (value) => (value === number ? 1 : 0)), this.space.fits(model, tokens)));
    }
    const lacking = this.space.variables.flatMap(({ facet }) => {
      const [, capability] = /^set classification\.capabilities (.+)$/.exec(facet.key) ?? [];
      return capability === undefined || model.capabilities.includes(capability) ? [] : this.space.needs(capability);
    });
    return d.minus(able, d.any(lacking));
  }

  #routeTerms({ routes }: PolicySet, route: Node): TermSource[] {
    const d = this.space.diagrams;
    return [...routes.byName.values()].map(({ name, terms }) => ({
      where: d.map(route, (ending) => (this.space.ending(ending) === `route ${name}` ? 1 : 0)),
      terms,
    }));
  }

  #obligationsOf(sources: readonly TermSource[]): Map<string, Node> {
    const result = new Map<string, Node>();
    for (const field of TERM_FIELDS) {
      if (!isNames(field)) {
        result.set(field, this.obligations.concluded(field, this.obligations.scalar(field, sources)));
        continue;
      }
      const names = new Set(sources.flatMap(({ terms }) => terms[field] as readonly string[]));
      for (const name of [...names].sort()) result.set(`${field} ${name}`, this.obligations.named(field, name, sources));
    }
    return result;
  }

  /** Two requires or more that no candidate of the catalog satisfies together. */
  #refusalOf({ catalog }: PolicySet, enforced: readonly Fired[], refused: Node): Node {
    const d = this.space.diagrams;
    const requires = enforced.filter(({ rule }) => rule.effect === "require");
    let [one, several] = [NO, NO];
    for (const { where } of requires) [one, several] = [d.or(one, where), d.or(several, d.and(one, where))];
    const satisfiable = d.any(catalog.deployments.map((_, index) => requires.reduce((left, { where, matches }) => (matches[index] === 1 ? left : d.minus(left, where)), YES)));
    const conflict = d.minus(several, satisfiable);
    return d.merge(SUM, refused, d.and(refused, conflict));
  }
}

interface Fired {
  readonly rule: Rule;
  readonly where: Node;
  readonly matches: Uint8Array;
}

const kept = new WeakMap<Rule, { deployments: readonly Deployment[]; matches: Uint8Array }>();

function matchesOf({ catalog }: PolicySet, rule: Rule): Uint8Array {
  const known = kept.get(rule);
  if (known && known.deployments === catalog.deployments) return known.matches;
  const matches = rule.candidates ? matchCandidates(rule.candidates, catalog.deployments) : new Uint8Array(catalog.deployments.length);
  kept.set(rule, { deployments: catalog.deployments, matches });
  return matches;
}

/** The field and, of fields that hold names, the name that a key of `Meaning.obligations` is about. */
export function obligationKey(key: string): { readonly field: TermField; readonly name: string | null } {
  const [field = "", ...rest] = key.split(" ");
  return { field: field as TermField, name: rest.length === 0 ? null : rest.join(" ") };
}
