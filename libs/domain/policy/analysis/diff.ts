import type { PolicySet } from "../policy-set";
import { type Merge, type Node, NO } from "./diagram";
import { Interpreter, type Meaning, obligationKey, REFUSALS } from "./meaning";
import { isAsStrict, isNames, type TermField, type TermValue } from "./obligation-meaning";
import { type Box, boxesOf } from "./region";
import { sameBehaviour } from "./same-behaviour";
import { Space } from "./space";
import { careFor, type Witness, witnessOf } from "./witness";

/** One way in which two sets answer differently, for all requests for which they do. */
export interface Change {
  readonly kind: "permitted" | "forbidden" | "obligation" | "preference" | "route" | "refusal";
  /** Candidates whose change is this one; empty where it is not about candidates. */
  readonly candidates: readonly string[];
  /** Obligation, or nothing. */
  readonly field: TermField | null;
  /** What the first and the second set say; null where it is not about a value. */
  readonly from: string | null;
  readonly to: string | null;
  /** Of obligations: the second set asks for less. */
  readonly weaker: boolean;
  readonly where: readonly Box[];
  /** The boxes are all there is. */
  readonly complete: boolean;
  readonly witness: Witness;
  /** Rules that fire at the witness in one set and are not the same in the other. */
  readonly rules: readonly string[];
}

export interface Difference {
  /** Empty: proven that both sets answer every request alike. */
  readonly changes: readonly Change[];
  readonly space: Space;
  readonly before: Meaning;
  readonly after: Meaning;
  /** Where the answers differ. */
  readonly changed: Node;
}

const BOXES_MAX = 4;

/** Compares what two sets say to every request there can be, and describes each difference with a request that shows it. */
export function diff(before: PolicySet, after: PolicySet): Difference {
  const space = new Space({ sets: [before, after] });
  const interpreter = new Interpreter(space);
  const [a, b] = [interpreter.meaningOf(before), interpreter.meaningOf(after)];
  const changed = space.diagrams.and(space.reach, space.diagrams.not(sameBehaviour(interpreter, a, b)));
  const changes = changed === NO ? [] : new Describer(interpreter, a, b).changes();
  return { changes, space, before: a, after: b, changed };
}

class Describer {
  readonly #space: Space;
  readonly #reach: Node;

  constructor(
    private readonly interpreter: Interpreter,
    private readonly before: Meaning,
    private readonly after: Meaning,
  ) {
    this.#space = interpreter.space;
    this.#reach = this.#space.reach;
  }

  changes(): Change[] {
    return [...this.#candidateChanges(), ...this.#obligationChanges(), ...this.#preferenceChanges(), ...this.#endingChanges()];
  }

  /** What a candidate's model cannot do at all is left out of the description: it is the same in both sets. */
  #candidateChanges(): Change[] {
    const d = this.#space.diagrams;
    const ids = [...new Set([...this.before.permitted.keys(), ...this.after.permitted.keys()])];
    const changes = ids.flatMap((id) => {
      const [a, b] = [this.before.permitted.get(id) ?? NO, this.after.permitted.get(id) ?? NO];
      const able = d.or(this.before.able.get(id) ?? NO, this.after.able.get(id) ?? NO);
      const care = d.and(able, d.or(this.before.routed, this.after.routed));
      return ([["permitted", d.minus(b, a)], ["forbidden", d.minus(a, b)]] as const).flatMap(([kind, where]) => {
        const here = d.and(where, this.#reach);
        return here === NO ? [] : this.#change(here, { kind, candidates: [id] }, care);
      });
    });
    return grouped(changes);
  }

  #obligationChanges(): Change[] {
    const d = this.#space.diagrams;
    const both = d.all([this.#reach, this.before.answered, this.after.answered]);
    const keys = [...new Set([...this.before.obligations.keys(), ...this.after.obligations.keys()])];
    return keys.flatMap((key) => {
      const { field, name } = obligationKey(key);
      const nothing = d.leaf(isNames(field) ? 0 : this.interpreter.obligations.numberOf(field, null));
      const [a, b] = [this.before.obligations.get(key) ?? nothing, this.after.obligations.get(key) ?? nothing];
      const region = d.and(both, d.unlike(a, b));
      if (region === NO) return [];
      return this.#valuePairs(a, b, region).map(({ from, to, where }) => {
        if (name !== null) return this.#change(where, { kind: "obligation", field, from: from === 1 ? name : "", to: to === 1 ? name : "", weaker: to === 0 }, both);
        const [said, says] = [this.interpreter.obligations.valueOf(field, from), this.interpreter.obligations.valueOf(field, to)];
        return this.#change(where, { kind: "obligation", field, from: shown(said), to: shown(says), weaker: !isAsStrict(field, says, said) }, both);
      });
    });
  }

  #valuePairs(a: Node, b: Node, region: Node): { from: number; to: number; where: Node }[] {
    const d = this.#space.diagrams;
    return d.values(a, region).flatMap((from) => {
      const here = d.and(region, d.map(a, (value) => (value === from ? 1 : 0)));
      return d.values(b, here).flatMap((to) => {
        const where = d.and(here, d.map(b, (value) => (value === to ? 1 : 0)));
        return from === to || where === NO ? [] : { from, to, where };
      });
    });
  }

  /** Where the order of permitted candidates is another one, though they are the same. */
  #preferenceChanges(): Change[] {
    const d = this.#space.diagrams;
    const changes: Change[] = [];
    const ids = [...this.before.permitted.keys()].filter((id) => this.after.permitted.has(id));
    const bothPermit = (id: string): Node => d.and(this.before.permitted.get(id) as Node, this.after.permitted.get(id) as Node);
    for (const [index, one] of ids.entries()) {
      for (const other of ids.slice(index + 1)) {
        const order = ({ favour }: Meaning) => d.merge(ORDER, favour.get(one) as Node, favour.get(other) as Node);
        const [a, b] = [order(this.before), order(this.after)];
        if (a === b) continue;
        const care = d.all([this.#reach, bothPermit(one), bothPermit(other)]);
        const where = d.and(care, d.unlike(a, b));
        if (where === NO) continue;
        const [first] = this.#valuePairs(a, b, where);
        if (first) changes.push(this.#change(where, { kind: "preference", candidates: [one, other], from: orderText(first.from), to: orderText(first.to) }, care));
      }
    }
    return grouped(changes);
  }

  #endingChanges(): Change[] {
    const d = this.#space.diagrams;
    const routes = d.and(this.#reach, d.unlike(this.before.route, this.after.route));
    const text = (number: number) => this.#space.ending(number);
    const changes = routes === NO ? [] : this.#valuePairs(this.before.route, this.after.route, routes).map(({ from, to, where }) => this.#change(where, { kind: "route", from: text(from), to: text(to) }));
    const bothRefuse = d.and(d.map(this.before.refusal, positive), d.map(this.after.refusal, positive));
    const refusals = d.all([this.#reach, bothRefuse, d.unlike(this.before.refusal, this.after.refusal)]);
    const codes = this.#valuePairs(this.before.refusal, this.after.refusal, refusals);
    return [...changes, ...(refusals === NO ? [] : codes.map(({ from, to, where }) => this.#change(where, { kind: "refusal", from: REFUSALS[from] ?? "", to: REFUSALS[to] ?? "" })))];
  }

  #change(region: Node, what: Partial<Change> & Pick<Change, "kind">, care: Node = this.#reach): Change {
    const { boxes, complete } = boxesOf(this.#space, region, BOXES_MAX, careFor(this.#space, region, care));
    const witness = witnessOf(this.#space, region, care);
    return { candidates: [], field: null, from: null, to: null, weaker: false, ...what, where: boxes, complete, witness, rules: this.#rulesAt(witness) };
  }

  #rulesAt({ input }: Witness): string[] {
    const fired = [this.before.set, this.after.set].map((set) => {
      const slots = new Uint16Array(set.index.slots.size);
      set.index.slots.fill(slots, input, "");
      return new Map(set.index.fire(slots).map(({ id, index }) => [id, JSON.stringify(set.rules[index], plain)]));
    }) as [Map<string, string>, Map<string, string>];
    const [a, b] = fired;
    return [...new Set([...a.keys(), ...b.keys()])].filter((id) => a.get(id) !== b.get(id)).sort();
  }
}

const ORDER: Merge = { at: (a, b) => Math.sign(a - b) + 1 };
const positive = (value: number): number => (value > 0 ? 1 : 0);
const orderText = (order: number): string => ["after", "beside", "before"][order] as string;
const plain = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

/** What is said of several candidates, or of several pairs of them, about the same requests is said once. */
function grouped(changes: readonly Change[]): Change[] {
  const byWhere = new Map<string, Change>();
  for (const change of changes) {
    const key = JSON.stringify([change.kind, change.where, change.complete]);
    const same = byWhere.get(key);
    byWhere.set(key, same ? { ...same, candidates: [...new Set([...same.candidates, ...change.candidates])] } : change);
  }
  return [...byWhere.values()];
}

export function shown(value: TermValue): string {
  if (value === null) return "no limit";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
