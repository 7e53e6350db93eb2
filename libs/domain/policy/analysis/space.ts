import { FALSE, TRUE } from "../certainty";
import type { Condition } from "../condition";
import type { PolicySet } from "../policy-set";
import type { DecisionInput } from "../slots";
import { Diagrams, type Node, NO, YES } from "./diagram";
import { type Facet, inputOf, newDraft, type RawValue } from "./facet";
import { type Leaf, leafKey, leavesOf, memberLeaf, probeOf } from "./leaves";
import { isOriginSource, ORIGIN } from "./origin-facet";
import { memberProbe, type RawSpace, rawSpaceOf, type Speaker } from "./raw-space";
import { ROUTE, ROUTE_KEYS, type RouteEnding } from "./route-table";
import { memberFacetKey, setKey } from "./set-facets";
import { fits, type Room, SIZE, type SizeValue } from "./size-facet";

/** What is known of a condition at each point: Kleene's three values as two functions. */
export interface Held {
  readonly certain: Node;
  /** Certain, or it cannot be told. */
  readonly possible: Node;
}

/** One question of the diagrams: a facet, its values put together where nothing tells them apart. */
export interface Variable {
  readonly facet: Facet;
  /** Indices into the facet's values; the first one stands for all. */
  readonly classes: readonly (readonly number[])[];
}

/** A condition that is asked besides those of the rules, in the words of a set. */
export interface Asked {
  readonly set: PolicySet;
  readonly condition: Condition | null;
}

export interface SpaceQuestion {
  readonly sets: readonly PolicySet[];
  readonly asked?: readonly Asked[];
  /** Output limits, in tokens, that obligations besides those of the sets may set. */
  readonly outputLimits?: readonly number[];
}

/**
 * Every request that may be made, cut down to what matters to some policy sets and questions: exact and finite, because
 * a rule can only ask for values out of a list. Whatever is asked of the sets later must have been named at the start.
 */
export class Space {
  readonly diagrams: Diagrams;
  readonly variables: readonly Variable[];
  /** Combinations that can arrive. */
  readonly reach: Node;
  /** Those of them in which every value is a declared one. */
  readonly known: Node;
  readonly outputLimits: readonly number[];
  readonly #raw: RawSpace;
  readonly #byKey: ReadonlyMap<string, number>;
  readonly #facets: ReadonlyMap<string, Facet>;
  readonly #endings: RouteEnding[] = [];
  readonly #held = new Map<PolicySet["attributes"], Map<string, Held>>();
  readonly #routes = new Map<PolicySet, Node>();
  readonly #fits = new Map<string, Node>();

  constructor({ sets, asked = [], outputLimits = [] }: SpaceQuestion) {
    const speakers = sets.map((set): Speaker => ({ set, leaves: distinct([...leavesOfRules(set), ...asked.flatMap((one) => (one.set === set ? leavesOf(one.condition) : []))]) }));
    this.outputLimits = [...new Set([...sets.flatMap(limitsOf), ...outputLimits])];
    this.#raw = rawSpaceOf(speakers, this.outputLimits);
    this.#facets = new Map(this.#raw.facets.map((facet) => [facet.key, facet]));
    this.variables = this.#raw.facets.map((facet) => ({ facet, classes: classesOf(facet, this.#raw.signatures.get(facet.key) ?? null) })).filter(({ classes }) => classes.length > 1);
    this.#byKey = new Map(this.variables.map(({ facet }, index) => [facet.key, index]));
    this.diagrams = new Diagrams(this.variables.map(({ classes }) => classes.length));
    this.reach = this.#reachable();
    this.known = this.diagrams.and(this.reach, this.diagrams.all(this.variables.map((_, index) => this.#declared(index))));
  }

  /** Where a condition of a set holds. */
  held(set: PolicySet, condition: Condition): Held {
    const d = this.diagrams;
    switch (condition.kind) {
      case "all":
        return this.#fold(condition.of.map((part) => this.held(set, part)), (a, b) => d.and(a, b), YES);
      case "any":
        return this.#fold(condition.of.map((part) => this.held(set, part)), (a, b) => d.or(a, b), NO);
      case "not":
        return this.#not(this.held(set, condition.of));
      case "value":
        return this.#leaf(set, condition);
      case "members": {
        const parts = condition.values.map((member) => this.#leaf(set, memberLeaf(condition.attribute, member)));
        if (condition.mode === "all_of") return this.#fold(parts, (a, b) => d.and(a, b), YES);
        const some = this.#fold(parts, (a, b) => d.or(a, b), NO);
        return condition.mode === "any_of" ? some : this.#not(some);
      }
    }
  }

  /** `when` holds and `unless` does not. */
  whenUnless(set: PolicySet, when: Condition | null, unless: Condition | null): Held {
    const parts = [when ? this.held(set, when) : SURE, unless ? this.#not(this.held(set, unless)) : SURE];
    return this.#fold(parts, (a, b) => this.diagrams.and(a, b), YES);
  }

  /** What becomes of each request before rules are asked: a number of `ending`. */
  routeOf(set: PolicySet): Node {
    const known = this.#routes.get(set);
    if (known !== undefined) return known;
    const table = this.#raw.tables.get(set) ?? [...this.#raw.tables].find(([one]) => one.routes === set.routes)?.[1];
    if (!table) throw new Error("the set is none that the space was made for");
    const build = (dimension: number, at: readonly number[]): Node => {
      const key = ROUTE_KEYS[dimension];
      if (key === undefined) return this.diagrams.leaf(this.#endingNumber(table.at(at)));
      const variable = this.#byKey.get(key);
      if (variable === undefined) return build(dimension + 1, [...at, 0]);
      const { classes } = this.variables[variable] as Variable;
      return this.diagrams.ask(variable, classes.map((members) => build(dimension + 1, [...at, members[0] as number])));
    };
    const node = build(0, []);
    this.#routes.set(set, node);
    return node;
  }

  ending(number: number): RouteEnding {
    return this.#endings[number] as RouteEnding;
  }

  /** Where a model has the room under an output limit (null: none). */
  fits(room: Room, limit: number | null): Node {
    const key = `${room.contextTokensMax} ${room.outputTokensMax} ${limit}`;
    const known = this.#fits.get(key);
    if (known !== undefined) return known;
    const facet = this.#facets.get(SIZE) as Facet;
    const node = this.#where(SIZE, (value) => fits(room, facet.values[value] as SizeValue, limit));
    this.#fits.set(key, node);
    return node;
  }

  /** Where the request needs a capability. */
  needs(capability: string): Node {
    return this.#where(memberFacetKey("classification.capabilities", capability), (value) => value === 1);
  }

  /** The request at a point. */
  inputAt(point: readonly number[]): DecisionInput {
    const draft = newDraft();
    // The first value of a facet that does not matter is as good as any other. Who asks is written first.
    const ordered = [...this.#raw.facets].sort((a, b) => Number(b.key === ORIGIN) - Number(a.key === ORIGIN));
    for (const facet of ordered) this.valueAt(facet, point).put(draft);
    return inputOf(draft);
  }

  valueAt(facet: Facet, point: readonly number[]): RawValue {
    const variable = this.#byKey.get(facet.key);
    const index = variable === undefined ? 0 : this.variables[variable]?.classes[point[variable] as number]?.[0];
    return facet.values[index ?? 0] as RawValue;
  }

  #endingNumber(ending: RouteEnding): number {
    const index = this.#endings.indexOf(ending);
    return index >= 0 ? index : this.#endings.push(ending) - 1;
  }

  #leaf(set: PolicySet, leaf: Leaf): Held {
    const byKey = this.#held.get(set.attributes) ?? new Map<string, Held>();
    this.#held.set(set.attributes, byKey);
    const source = set.attributes.get(leaf.attribute)?.source ?? "";
    // The chosen route depends on the set's routes, not on its words alone.
    if (source === ROUTE) return this.#routeLeaf(set, leaf);
    const key = leafKey(leaf);
    const known = byKey.get(key);
    if (known) return known;
    const held = leaf.kind === "value" ? this.#valueLeaf(set, leaf, source) : this.#memberLeaf(set, leaf, source);
    byKey.set(key, held);
    return held;
  }

  #routeLeaf(set: PolicySet, leaf: Leaf): Held {
    const accepted = leaf.kind === "value" ? leaf.accepted.map((name) => `route ${name}`) : [];
    const node = this.diagrams.map(this.routeOf(set), (ending) => (accepted.includes(this.ending(ending)) ? 1 : 0));
    return { certain: node, possible: node };
  }

  #valueLeaf(set: PolicySet, leaf: Leaf, source: string): Held {
    const key = isOriginSource(source) ? ORIGIN : source === "classification.inputTokensMax" ? SIZE : source;
    const facet = this.#facets.get(key);
    if (!facet) throw new Error(`the space knows nothing of attribute ${leaf.attribute}`);
    const probe = probeOf(set, leaf);
    const told = facet.values.map((value) => {
      const draft = newDraft();
      value.put(draft);
      return probe(inputOf(draft));
    });
    return { certain: this.#where(key, (value) => told[value] === TRUE), possible: this.#where(key, (value) => told[value] !== FALSE) };
  }

  #memberLeaf(set: PolicySet, leaf: Leaf, source: string): Held {
    // Groups and the like follow from who asks.
    if (isOriginSource(source)) return this.#valueLeaf(set, leaf, source);
    const d = this.diagrams;
    const [member] = leaf.kind === "members" ? leaf.values : [];
    const declared = set.attributes.get(leaf.attribute)?.values ?? null;
    const prefix = memberFacetKey(source, "");
    const strangers = this.variables.map(({ facet }) => facet.key).filter((key) => key.startsWith(prefix) && declared !== null && !declared.includes(key.slice(prefix.length)));
    const stray = d.any(strangers.map((key) => this.#where(key, (value) => value === 1)));
    const probe = memberProbe(set, leaf, this.#facets, source);
    const present = this.#where(memberFacetKey(source, member ?? ""), (value) => value === 1);
    const states = this.#facets.get(setKey(source))?.values ?? [];
    const strayState = states.findIndex(({ undeclared }) => undeclared);
    const say = (from: number): Node =>
      d.any(
        states.map((_, state) => {
          const here = this.#where(setKey(source), (value) => value === state);
          const plain = this.#choose(present, probe(state, true) >= from, probe(state, false) >= from);
          // An undeclared member among those of another set counts as a stray one.
          const strayed = strayState < 0 ? plain : this.#choose(present, probe(strayState, true) >= from, probe(strayState, false) >= from);
          return d.and(here, d.or(d.minus(plain, stray), d.and(strayed, stray)));
        }),
      );
    return { certain: say(TRUE), possible: say(TRUE - 1) };
  }

  #choose(condition: Node, then: boolean, otherwise: boolean): Node {
    if (then === otherwise) return then ? YES : NO;
    return then ? condition : this.diagrams.not(condition);
  }

  #not({ certain, possible }: Held): Held {
    return { certain: this.diagrams.not(possible), possible: this.diagrams.not(certain) };
  }

  #fold(parts: readonly Held[], merge: (a: Node, b: Node) => Node, from: Node): Held {
    return { certain: parts.reduce((all, { certain }) => merge(all, certain), from), possible: parts.reduce((all, { possible }) => merge(all, possible), from) };
  }

  /** Where a facet has one of these values; a facet that does not matter has its first. */
  #where(key: string, accepts: (value: number) => boolean): Node {
    const variable = this.#byKey.get(key);
    if (variable === undefined) return accepts(0) && this.#facets.has(key) ? YES : NO;
    const { classes } = this.variables[variable] as Variable;
    return this.diagrams.within(variable, (index) => accepts(classes[index]?.[0] as number));
  }

  #declared(variable: number): Node {
    const { facet, classes } = this.variables[variable] as Variable;
    return this.diagrams.within(variable, (index) => facet.values[classes[index]?.[0] as number]?.undeclared !== true);
  }

  /** A set that is absent has no members. */
  #reachable(): Node {
    const d = this.diagrams;
    let reach = YES;
    for (const { facet } of this.variables) {
      const absent = facet.key.startsWith("set ") ? facet.values.findIndex(({ shown }) => shown === "(absent)") : -1;
      if (absent < 0) continue;
      const members = this.variables.flatMap((other) => (other.facet.key.startsWith(`${facet.key} `) ? [this.#where(other.facet.key, (value) => value === 1)] : []));
      reach = d.minus(reach, d.and(this.#where(facet.key, (value) => value === absent), d.any(members)));
    }
    return reach;
  }
}

const SURE: Held = { certain: YES, possible: YES };

function leavesOfRules({ rules }: PolicySet): Leaf[] {
  return rules.flatMap(({ when, unless }) => [...leavesOf(when), ...leavesOf(unless)]);
}

function distinct(leaves: readonly Leaf[]): Leaf[] {
  return [...new Map(leaves.map((leaf) => [leafKey(leaf), leaf])).values()];
}

function limitsOf({ rules, routes }: PolicySet): number[] {
  const terms = [...rules.map((rule) => rule.terms), ...[...routes.byName.values()].map((route) => route.terms)];
  return terms.flatMap((one) => one?.outputTokensMax ?? []);
}

function classesOf({ values }: Facet, signatures: readonly string[] | null): number[][] {
  if (signatures === null) return values.map((_, index) => [index]);
  const classes = new Map<string, number[]>();
  signatures.forEach((signature, index) => classes.set(signature, [...(classes.get(signature) ?? []), index]));
  return [...classes.values()];
}
