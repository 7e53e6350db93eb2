import { matchCandidates } from "../candidate-matcher";
import type { PolicySet } from "../policy-set";
import type { Rule } from "../rules";
import { type Node, NO, YES } from "./diagram";
import { Interpreter, type Meaning } from "./meaning";
import type { Acknowledgement, FindingKind } from "./proofs";
import { type Box, boxesOf } from "./region";
import { sameBehaviour } from "./same-behaviour";
import { Space } from "./space";
import { careFor, type Witness, witnessOf } from "./witness";

/** Something in a set that is valid and yet probably not meant. */
export interface Finding {
  readonly kind: FindingKind;
  /** Sorted. */
  readonly rules: readonly string[];
  readonly message: string;
  /** Null where no request can show it. */
  readonly witness: Witness | null;
  readonly where: readonly Box[];
  /** Why it is meant to be so; null: nobody said. */
  readonly acknowledged: string | null;
}

export interface LintResult {
  readonly findings: readonly Finding[];
  /** Acknowledgements that no finding needs any longer. */
  readonly stale: readonly Acknowledgement[];
}

const BOXES_MAX = 3;

/** Looks at the whole space of requests of a set. Findings in the order of `FINDING_KINDS`, then by rule. */
export function lint(set: PolicySet): LintResult {
  const space = new Space({ sets: [set], asked: set.acknowledgements.map(({ when }) => ({ set, condition: when })) });
  const interpreter = new Interpreter(space);
  const linter = new Linter(interpreter, interpreter.meaningOf(set));
  const findings = [...linter.neverFiring(), ...linter.neverMattering(), ...linter.contradicting(), ...linter.unroutable()];
  return { findings, stale: set.acknowledgements.filter((one) => !linter.used.has(one)) };
}

class Linter {
  readonly used = new Set<Acknowledgement>();
  readonly #space: Space;
  readonly #set: PolicySet;

  constructor(
    private readonly interpreter: Interpreter,
    private readonly meaning: Meaning,
  ) {
    this.#space = interpreter.space;
    this.#set = meaning.set;
  }

  neverFiring(): Finding[] {
    return this.#set.rules.filter((rule) => this.#firing(rule) === NO).map(({ id }) => this.#finding("never_fires", [id], `rule \`${id}\` never fires: no request is like that`, NO));
  }

  /** Removing the rule would change no answer. Rules that are only watched change none anyway. */
  neverMattering(): Finding[] {
    const d = this.#space.diagrams;
    return this.#set.rules.flatMap((rule) => {
      if (rule.mode !== "enforce" || this.#firing(rule) === NO) return [];
      const without = this.interpreter.meaningOf({ ...this.#set, rules: this.#set.rules.filter((other) => other !== rule) });
      if (d.minus(this.#space.reach, sameBehaviour(this.interpreter, this.meaning, without)) !== NO) return [];
      const { id, effect } = rule;
      if (effect === "prefer") return [this.#finding("shadowed_preference", [id], `preference \`${id}\` never ranks anything: where it fires, all of what is permitted is preferred, or none`, this.#firing(rule))];
      return [this.#finding("never_matters", [id], `rule \`${id}\` never matters: other rules already say the same`, this.#firing(rule))];
    });
  }

  /** Pairs of rules that leave no candidate at all, where both fire. */
  contradicting(): Finding[] {
    const d = this.#space.diagrams;
    const restricting = this.#set.rules.filter(({ mode, effect }) => mode === "enforce" && (effect === "forbid" || effect === "require"));
    const left = new Map(restricting.map((rule) => [rule, this.#leftBy(rule)]));
    return restricting.flatMap((one, index) =>
      restricting.slice(index + 1).flatMap((other) => {
        const [a, b] = [left.get(one) as Uint8Array, left.get(other) as Uint8Array];
        if (!a.includes(1) || !b.includes(1) || a.some((held, candidate) => held === 1 && b[candidate] === 1)) return [];
        // What nobody declared makes both fire on doubt: that refuses on purpose.
        const where = d.all([this.#space.known, this.#firing(one), this.#firing(other)]);
        const rules = [one.id, other.id];
        return where === NO ? [] : [this.#finding("contradicts", rules, `rules \`${one.id}\` (${one.effect}) and \`${other.id}\` (${other.effect}) leave no candidate when both fire`, where)];
      }),
    );
  }

  /**
   * Declared requests that every candidate could serve, and for which nothing is permitted though no pair of rules says
   * so. What happens when only some candidates can serve (pictures, long contexts) is for proofs to ask about.
   */
  unroutable(): Finding[] {
    const d = this.#space.diagrams;
    const able = this.#able();
    let left = d.minus(d.all([this.#space.known, this.meaning.routed, able]), this.meaning.answered);
    left = d.minus(left, this.#contradicted());
    const findings: Finding[] = [];
    for (const one of this.#set.acknowledgements.filter(({ kind }) => kind === "unroutable")) {
      const meant = d.and(left, one.when ? this.#space.held(this.#set, one.when).certain : YES);
      if (meant !== NO) findings.push(this.#unroutable(meant, one));
      left = d.minus(left, meant);
    }
    if (left !== NO) findings.push(this.#unroutable(left, null));
    return findings;
  }

  #unroutable(where: Node, by: Acknowledgement | null): Finding {
    if (by) this.used.add(by);
    const rules = this.#set.rules.filter(({ id, mode, effect }) => mode === "enforce" && (effect === "forbid" || effect === "require") && this.#space.diagrams.and(where, this.meaning.fires.get(id) as Node) !== NO);
    return { ...this.#described(where, this.#space.diagrams.all([this.#space.known, this.meaning.routed, this.#able()])), kind: "unroutable", rules: rules.map(({ id }) => id), message: "nothing is permitted for these requests, though every candidate could serve them", acknowledged: by?.why ?? null };
  }

  #able(): Node {
    return this.#space.diagrams.all([...this.meaning.able.values()]);
  }

  /** Where two rules that contradict each other fire: said once is enough. */
  #contradicted(): Node {
    const d = this.#space.diagrams;
    return d.any(this.contradicting().map(({ rules }) => d.all(rules.map((id) => this.meaning.fires.get(id) as Node))));
  }

  #leftBy({ effect, candidates }: Rule): Uint8Array {
    const matches = candidates ? matchCandidates(candidates, this.#set.catalog.deployments) : new Uint8Array(0);
    return effect === "require" ? matches : matches.map((matched) => 1 - matched);
  }

  #firing({ id }: Rule): Node {
    return this.#space.diagrams.and(this.#space.reach, this.meaning.fires.get(id) as Node);
  }

  #finding(kind: FindingKind, rules: readonly string[], message: string, where: Node): Finding {
    const sorted = [...rules].sort();
    const by = this.#set.acknowledgements.find((one) => one.kind === kind && (one.rules.length === 0 || one.rules.join() === sorted.join()) && this.#within(where, one));
    if (by) this.used.add(by);
    return { ...this.#described(where, this.#space.diagrams.and(this.#space.known, this.meaning.routed)), kind, rules: sorted, message, acknowledged: by?.why ?? null };
  }

  #within(where: Node, { when }: Acknowledgement): boolean {
    return when === null || this.#space.diagrams.minus(where, this.#space.held(this.#set, when).certain) === NO;
  }

  #described(where: Node, care: Node): Pick<Finding, "where" | "witness"> {
    if (where === NO) return { where: [], witness: null };
    return { where: boxesOf(this.#space, where, BOXES_MAX, careFor(this.#space, where, care)).boxes, witness: witnessOf(this.#space, where, care) };
  }
}
