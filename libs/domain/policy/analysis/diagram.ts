/** A function of all facts about a request: a node of one `Diagrams`. Equal functions are the same node. */
export type Node = number;

/** The function that is 0, and the one that is 1, everywhere. */
export const NO: Node = 0;
export const YES: Node = 1;

/** What to do with the values of two functions at one point. Must be the same object for the same operation: results are kept by it. */
export interface Merge {
  readonly at: (a: number, b: number) => number;
  /** The answer without looking further, or null. */
  readonly shortcut?: (a: Node, b: Node) => Node | null;
}

const AND: Merge = { at: (a, b) => a & b, shortcut: (a, b) => (a === NO || b === NO ? NO : a === YES || a === b ? b : b === YES ? a : null) };
const OR: Merge = { at: (a, b) => a | b, shortcut: (a, b) => (a === YES || b === YES ? YES : a === NO || a === b ? b : b === NO ? a : null) };
const MINUS: Merge = { at: (a, b) => a & ~b, shortcut: (a, b) => (a === NO || b === YES || a === b ? NO : b === NO ? a : null) };
const UNLIKE: Merge = { at: (a, b) => (a === b ? 0 : 1), shortcut: (a, b) => (a === b ? NO : null) };

const CACHE_ENTRIES = 1 << 18;

/**
 * Reduced, ordered decision diagrams over variables with finitely many values (multi-valued, with whole numbers as
 * results; Kam, Villa, Brayton and Sangiovanni-Vincentelli 1998, after Bryant's "Graph-based algorithms for Boolean
 * function manipulation", 1986). A set of requests, or what a policy says to each of them, is one node, so emptiness
 * and equality are comparisons of numbers, whatever the size of the space.
 */
export class Diagrams {
  readonly #variables: number[] = [];
  /** Where a node's branches begin; of a leaf, its value. */
  readonly #starts: number[] = [];
  readonly #branches: number[] = [];
  readonly #leaves = new Map<number, Node>();
  #table = new Int32Array(1 << 16).fill(-1);
  #inner = 0;
  readonly #keys = new Float64Array(CACHE_ENTRIES).fill(-1);
  readonly #operations = new Int32Array(CACHE_ENTRIES);
  readonly #results = new Int32Array(CACHE_ENTRIES);
  readonly #numbers = new Map<Merge, number>();

  /** How many values each variable has, in the order in which they are asked. */
  constructor(readonly arities: readonly number[]) {
    this.leaf(0);
    this.leaf(1);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#variables.length;
  }

  leaf(value: number): Node {
    const known = this.#leaves.get(value);
    if (known !== undefined) return known;
    const node = this.#variables.push(this.arities.length) - 1;
    this.#starts.push(value);
    this.#leaves.set(value, node);
    return node;
  }

  isLeaf(node: Node): boolean {
    return this.#variables[node] === this.arities.length;
  }

  valueOf(leaf: Node): number {
    return this.#starts[leaf] as number;
  }

  /** The variable that the node asks first; the number of variables for a leaf. */
  variableOf(node: Node): number {
    return this.#variables[node] as number;
  }

  /** What the function becomes when its variable has this value. */
  branch(node: Node, value: number): Node {
    return this.#branches[(this.#starts[node] as number) + value] as Node;
  }

  /** The function that asks `variable` and goes on with the branch of its value. */
  ask(variable: number, branches: readonly Node[]): Node {
    const [first] = branches;
    if (branches.every((branch) => branch === first)) return first as Node;
    if (this.#inner * 2 > this.#table.length) this.#grow();
    let place = this.#hash(variable, branches) & (this.#table.length - 1);
    for (; this.#table[place] !== -1; place = (place + 1) & (this.#table.length - 1)) {
      const node = this.#table[place] as Node;
      if (this.#variables[node] === variable && branches.every((branch, value) => this.branch(node, value) === branch)) return node;
    }
    const node = this.#variables.push(variable) - 1;
    this.#starts.push(this.#branches.length);
    for (const branch of branches) this.#branches.push(branch);
    this.#table[place] = node;
    this.#inner++;
    return node;
  }

  /** 1 where the variable has one of these values. */
  within(variable: number, accepts: (value: number) => boolean): Node {
    return this.ask(variable, Array.from({ length: this.arities[variable] as number }, (_, value) => (accepts(value) ? YES : NO)));
  }

  and(a: Node, b: Node): Node {
    return a < b ? this.merge(AND, a, b) : this.merge(AND, b, a);
  }

  or(a: Node, b: Node): Node {
    return a < b ? this.merge(OR, a, b) : this.merge(OR, b, a);
  }

  /** Where a holds and b does not. */
  minus(a: Node, b: Node): Node {
    return this.merge(MINUS, a, b);
  }

  not(a: Node): Node {
    return this.minus(YES, a);
  }

  /** Where the two differ, whatever their values. */
  unlike(a: Node, b: Node): Node {
    return a < b ? this.merge(UNLIKE, a, b) : this.merge(UNLIKE, b, a);
  }

  all(nodes: readonly Node[]): Node {
    return nodes.reduce((a, b) => this.and(a, b), YES);
  }

  any(nodes: readonly Node[]): Node {
    return nodes.reduce((a, b) => this.or(a, b), NO);
  }

  merge(operation: Merge, a: Node, b: Node): Node {
    return this.#merge(operation, this.#numberOf(operation), a, b);
  }

  /** The function of the values of another one. */
  map(node: Node, of: (value: number) => number): Node {
    const done = new Map<Node, Node>();
    const walk = (at: Node): Node => {
      const known = done.get(at);
      if (known !== undefined) return known;
      const result = this.isLeaf(at) ? this.leaf(of(this.valueOf(at))) : this.ask(this.variableOf(at), this.#branchesOf(at).map(walk));
      done.set(at, result);
      return result;
    };
    return walk(node);
  }

  /** Every value that the function takes where `care` holds. */
  values(node: Node, care: Node = YES): number[] {
    const seen = new Set<Node>();
    const found = new Set<number>();
    const walk = (at: Node): void => {
      if (seen.has(at)) return;
      seen.add(at);
      if (this.isLeaf(at)) found.add(this.valueOf(at));
      else this.#branchesOf(at).forEach(walk);
    };
    // What is outside of `care` gets a value that nothing else has.
    walk(care === YES ? node : this.merge({ at: (value, held) => (held === 1 ? value : OUTSIDE) }, node, care));
    return [...found].filter((value) => value !== OUTSIDE).sort((a, b) => a - b);
  }

  /** The value at one point, given by a value for each variable. */
  at(node: Node, point: readonly number[]): number {
    let walk = node;
    while (!this.isLeaf(walk)) walk = this.branch(walk, point[this.variableOf(walk)] as number);
    return this.valueOf(walk);
  }

  #branchesOf(node: Node): Node[] {
    const start = this.#starts[node] as number;
    return this.#branches.slice(start, start + (this.arities[this.variableOf(node)] as number));
  }

  #numberOf(operation: Merge): number {
    const known = this.#numbers.get(operation);
    if (known !== undefined) return known;
    this.#numbers.set(operation, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  #merge(operation: Merge, number: number, a: Node, b: Node): Node {
    const short = operation.shortcut?.(a, b) ?? null;
    if (short !== null) return short;
    if (this.isLeaf(a) && this.isLeaf(b)) return this.leaf(operation.at(this.valueOf(a), this.valueOf(b)));
    const key = a * 0x4000000 + b;
    const slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(number, 0x27d4eb2f)) >>> (32 - 18);
    if (this.#keys[slot] === key && this.#operations[slot] === number) return this.#results[slot] as Node;
    const [varA, varB] = [this.variableOf(a), this.variableOf(b)];
    const variable = Math.min(varA, varB);
    const branches: Node[] = [];
    for (let value = 0; value < (this.arities[variable] as number); value++) {
      branches.push(this.#merge(operation, number, varA === variable ? this.branch(a, value) : a, varB === variable ? this.branch(b, value) : b));
    }
    const result = this.ask(variable, branches);
    this.#keys[slot] = key;
    this.#operations[slot] = number;
    this.#results[slot] = result;
    return result;
  }

  #hash(variable: number, branches: readonly Node[]): number {
    let hash = variable + 1;
    for (const branch of branches) hash = Math.imul(hash ^ branch, 0x9e3779b1) + 0x7f4a7c15;
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(-1);
    for (let node = 0; node < this.#variables.length; node++) {
      if (this.isLeaf(node)) continue;
      let place = this.#hash(this.variableOf(node), this.#branchesOf(node)) & (this.#table.length - 1);
      while (this.#table[place] !== -1) place = (place + 1) & (this.#table.length - 1);
      this.#table[place] = node;
    }
  }
}

const OUTSIDE = -2_147_483_648;
