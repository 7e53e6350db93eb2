import { concludeTerms, mergeTerms, NO_TERMS, type Obligations, type ObligationTerms } from "@leverframe/permit";
import type { Merge, Node } from "./diagram";
import type { Space } from "./space";
import { ValueTable } from "./value-table";

export type TermField = keyof ObligationTerms;
export type TermValue = ObligationTerms[TermField];

/** What one rule or route says, and where. */
export interface TermSource {
  readonly where: Node;
  readonly terms: ObligationTerms;
}

/** Fields in the order in which permits show them. */
export const TERM_FIELDS = Object.keys(NO_TERMS) as readonly TermField[];

/**
 * Obligations as functions of the request. A field that collects names is one function for each name (`auditTags` and
 * `x`): taken together, k names would have 2^k values. Merging is the permit room's own, so the two cannot differ.
 */
export class ObligationTable {
  readonly #tables = new Map<TermField, { readonly values: ValueTable<TermValue>; readonly merge: Merge }>();

  constructor(private readonly space: Space) {}

  /** The number of this field's value on leaves. */
  numberOf(field: TermField, value: TermValue): number {
    return this.#table(field).values.numberOf(value);
  }

  /** What a leaf of `scalar` says. */
  valueOf(field: TermField, number: number): TermValue {
    return this.#table(field).values.valueOf(number);
  }

  /** The merged terms of this field, as numbers of `valueOf`. */
  scalar(field: TermField, sources: readonly TermSource[]): Node {
    const { merge } = this.#table(field);
    const nothing = this.numberOf(field, NO_TERMS[field]);
    const { diagrams } = this.space;
    let node = diagrams.leaf(nothing);
    for (const { where, terms } of sources) {
      if (terms[field] === null) continue;
      const said = this.numberOf(field, terms[field]);
      node = diagrams.merge(merge, node, diagrams.map(where, (held) => (held === 1 ? said : nothing)));
    }
    return node;
  }

  /** Where the field holds this name. */
  named(field: TermField, name: string, sources: readonly TermSource[]): Node {
    return this.space.diagrams.any(sources.flatMap(({ where, terms }) => ((terms[field] as readonly string[]).includes(name) ? where : [])));
  }

  /** The leaves of `scalar` as they stand on a permit: nothing said and the value that this means are one. */
  concluded(field: TermField, node: Node): Node {
    return this.space.diagrams.map(node, (number) => this.numberOf(field, concludedValue(field, this.valueOf(field, number))));
  }

  #table(field: TermField) {
    const known = this.#tables.get(field);
    if (known) return known;
    const values = new ValueTable<TermValue>();
    const merge: Merge = {
      at: (a, b) => values.numberOf(mergedValue(field, values.valueOf(a), values.valueOf(b))),
      shortcut: (a, b) => (a === b ? a : null),
    };
    const table = { values, merge };
    this.#tables.set(field, table);
    return table;
  }
}

export const isNames = (field: TermField): boolean => Array.isArray(NO_TERMS[field]);

export function mergedValue(field: TermField, a: TermValue, b: TermValue): TermValue {
  return mergeTerms({ ...NO_TERMS, [field]: a }, { ...NO_TERMS, [field]: b })[field];
}

export function concludedValue(field: TermField, value: TermValue): Obligations[TermField] {
  return concludeTerms({ ...NO_TERMS, [field]: value })[field];
}

/** a is at least as strict as b. */
export function isAsStrict(field: TermField, a: TermValue, b: TermValue): boolean {
  return sameValue(mergedValue(field, concludedValue(field, a), concludedValue(field, b)), concludedValue(field, a));
}

export function sameValue(a: TermValue, b: TermValue): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((name, index) => name === b[index]));
}
