import { type Diagrams, type Node, NO, YES } from "./diagram";
import type { WhoValue } from "./origin-facet";
import { ORIGIN } from "./origin-facet";
import type { Space } from "./space";

/** Requests that share some values: a value list for each fact that matters; the others may be anything. */
export interface Box {
  /** What is said most narrowly comes first. */
  readonly facts: readonly Fact[];
}

export interface Fact {
  readonly fact: string;
  readonly values: readonly string[];
  /** The values that are not meant. */
  readonly others: readonly string[];
}

/** One request out of a region, by class of each variable. */
export type Point = readonly number[];

/** The most natural point at which the function is not 0. */
export function pointOf({ diagrams: d, variables }: Space, region: Node): Point {
  const point = new Array<number>(variables.length).fill(0);
  for (let node = region; !d.isLeaf(node); ) {
    const variable = d.variableOf(node);
    let value = 0;
    while (d.branch(node, value) === NO) value++;
    point[variable] = value;
    node = d.branch(node, value);
  }
  return point;
}

/** Whether the function is 1 at every point whose values are among those allowed. */
function covers(d: Diagrams, region: Node, allowed: readonly ReadonlySet<number>[]): boolean {
  const done = new Set<Node>();
  const walk = (node: Node): boolean => {
    if (node === YES || done.has(node)) return true;
    if (node === NO) return false;
    done.add(node);
    for (const value of allowed[d.variableOf(node)] as ReadonlySet<number>) if (!walk(d.branch(node, value))) return false;
    return true;
  };
  return walk(region);
}

/**
 * Boxes that together are the region, the widest around natural requests first; at most `boxesMax`, and whether that is
 * all. `care`: combinations outside it do not matter, so that a box may run through them.
 */
export function boxesOf(space: Space, region: Node, boxesMax: number, care: Node = space.reach): { readonly boxes: readonly Box[]; readonly complete: boolean } {
  const d = space.diagrams;
  const boxes: Box[] = [];
  const target = d.or(region, d.not(care));
  let left = d.and(region, care);
  while (left !== NO && boxes.length < boxesMax) {
    const allowed = widened(space, target, pointOf(space, left));
    boxes.push(boxOf(space, allowed));
    left = d.minus(left, d.all(allowed.map((values, variable) => d.within(variable, (value) => values.has(value)))));
  }
  return { boxes, complete: left === NO };
}

/**
 * The point with every fact dropped, or else widened value by value, as far as the region allows. How a set arrives is
 * widened before its members are: a set that is absent has none, so that dropping them first would pin it to that.
 */
function widened({ diagrams: d, variables }: Space, target: Node, point: Point): ReadonlySet<number>[] {
  const allowed = point.map((value) => new Set([value]));
  const order = variables.map((_, index) => index).reverse();
  const addEach = (variable: number): void => {
    const values = allowed[variable] as Set<number>;
    for (let value = 0; value < (d.arities[variable] as number); value++) {
      if (values.has(value)) continue;
      values.add(value);
      if (!covers(d, target, allowed)) values.delete(value);
    }
  };
  order.filter((variable) => /^set \S+$/.test(variables[variable]?.facet.key ?? "")).forEach(addEach);
  for (const variable of order) {
    const before = allowed[variable] as Set<number>;
    allowed[variable] = new Set(Array.from({ length: d.arities[variable] as number }, (_, value) => value));
    if (!covers(d, target, allowed)) allowed[variable] = before;
  }
  order.forEach(addEach);
  return allowed;
}

function boxOf({ variables }: Space, allowed: readonly ReadonlySet<number>[]): Box {
  const facts = variables.flatMap(({ facet, classes }, variable) => {
    const chosen = [...(allowed[variable] as ReadonlySet<number>)].sort((a, b) => a - b).flatMap((value) => classes[value] ?? []);
    if (chosen.length === facet.values.length) return [];
    if (facet.key === ORIGIN) return originFacts(facet.values as readonly WhoValue[], chosen);
    const names = facet.values.map(({ shown }) => shown);
    return [{ fact: facet.label, values: names.filter((_, value) => chosen.includes(value)), others: names.filter((_, value) => !chosen.includes(value)) }];
  });
  return { facts: facts.sort((a, b) => share(a) - share(b)) };
}

const share = ({ values, others }: Fact): number => values.length / (values.length + others.length);

/** Who asks, in the fewest words: by department, else by application, else one by one. */
function originFacts(values: readonly WhoValue[], chosen: readonly number[]): Box["facts"] {
  const among = new Set(chosen);
  for (const field of ["department", "application", "user"] as const) {
    const names = [...new Set(chosen.map((value) => values[value]?.[field] ?? "(nobody)"))];
    const whole = values.every((value, index) => among.has(index) === names.includes(value[field] ?? "(nobody)"));
    const others = [...new Set(values.map((value) => value[field] ?? "(nobody)"))].filter((name) => !names.includes(name));
    if (whole) return [{ fact: field, values: names, others }];
  }
  const shown = (wanted: boolean) => values.filter((_, value) => among.has(value) === wanted).map((value) => value.shown);
  return [{ fact: "who", values: shown(true), others: shown(false) }];
}

/** `department Legal or Finance, riskClass low`; `any request` when nothing matters. */
export function boxText({ facts }: Box): string {
  return facts.map(({ fact, values, others }) => `${fact} ${valuesText(values, others)}`).join(", ") || "any request";
}

const SHOWN_MAX = 6;

/** What is left out is said where that is shorter. */
function valuesText(values: readonly string[], others: readonly string[]): string {
  if (others.length < values.length && values.length > 2) return `not ${listText(others)}`;
  return listText(values);
}

function listText(values: readonly string[]): string {
  if (values.length > SHOWN_MAX) return `${values.slice(0, SHOWN_MAX).join(", ")} or ${values.length - SHOWN_MAX} more`;
  return values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}
