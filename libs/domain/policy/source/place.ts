import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import { type NanoUsd, parseUsd } from "@leverframe/kernel";
import { nearestName } from "./nearest-name";

/** Records an error at a character offset of the file. */
export type Report = (offset: number, message: string, value?: string | null, nearest?: string | null) => void;

const SHOWN_NAMES_MAX = 12;
const SHOWN_CHARACTERS_MAX = 60;
const LIST_ITEMS_MAX = 10_000;

/** What is expected where no name is valid: nothing of the kind is declared, or its declaration could not be read. */
export const NONE_DECLARED = "one that is declared, and there is none";

/**
 * A value in a policy file together with where it stands. Every reader returns null after it has reported what is
 * wrong, so that a file is read to its end and all of its errors are found at once.
 */
export class Place {
  constructor(
    private readonly node: unknown,
    private readonly offset: number,
    private readonly report: Report,
    readonly file: string,
  ) {}

  get isMap(): boolean {
    return isMap(this.node);
  }

  get isList(): boolean {
    return isSeq(this.node);
  }

  /** Reports what is wrong with this value; `names` are the valid ones, for the nearest. */
  fail(message: string, names: readonly string[] = []): null {
    const shown = this.shown();
    this.report(this.offset, message, shown, shown === null ? null : nearestName(shown, names));
    return null;
  }

  /** Reports `<what> \`<value>\`; expected <expected>`. */
  refuse(what: string, expected: string, names: readonly string[] = []): null {
    const shown = this.shown();
    return this.fail(shown === null ? `${what} is missing; expected ${expected}` : `${what} \`${shown}\`; expected ${expected}`, names);
  }

  /** This map's fields, of which only `known` may stand there (null: any name). */
  fields(what: string, known: readonly string[] | null): Fields | null {
    if (!isMap(this.node)) return this.refuse(what, known ? `a map with ${listed(known)}` : "a map");
    const fields = new Map<string, Place>();
    const keys = new Map<string, Place>();
    for (const pair of (this.node as YAMLMap).items) {
      const [key, name, value] = this.member(pair);
      if (name === null) {
        key.refuse("key", "a name");
      } else if (known && !known.includes(name)) {
        key.fail(`unknown field \`${clip(name)}\` of ${what}; expected ${listed(known)}`, known);
      } else {
        fields.set(name, value);
        keys.set(name, key);
      }
    }
    return new Fields(this, fields, keys);
  }

  private member(pair: Pair): [Place, string | null, Place] {
    const keyNode = pair.key as Node;
    const key = this.at(keyNode, this.offset);
    const name = isScalar(keyNode) && keyNode.value !== null ? String(keyNode.value) : null;
    return [key, name, this.at(pair.value, key.offset)];
  }

  private at(node: unknown, otherwise: number): Place {
    const range = (node as Node | null)?.range;
    return new Place(node, range ? range[0] : otherwise, this.report, this.file);
  }

  /** The items of a list. */
  items(what: string): Place[] | null {
    if (!isSeq(this.node)) return this.refuse(what, "a list");
    if (this.node.items.length > LIST_ITEMS_MAX) return this.fail(`${what} has ${this.node.items.length} items; expected at most ${LIST_ITEMS_MAX}`);
    return this.node.items.map((item) => this.at(item, this.offset));
  }

  /** The items of a list, or the one value that stands there alone. */
  oneOrMore(what: string): Place[] | null {
    if (!isSeq(this.node)) return [this];
    const items = this.items(what);
    return items?.length === 0 ? this.fail(`${what} is empty; expected at least one value`) : items;
  }

  /** A plain text; numbers and booleans of YAML are taken as written. */
  text(what: string, pattern: RegExp = /\S/, expected = "a text"): string | null {
    const value = this.raw();
    if (value === null || !pattern.test(value)) return this.refuse(what, expected);
    return value;
  }

  oneOf<T extends string>(what: string, names: readonly T[], expected = listed(names)): T | null {
    const value = this.raw();
    if (value !== null && (names as readonly string[]).includes(value)) return value as T;
    return this.refuse(what, expected, names);
  }

  number(what: string, min: number, max: number): number | null {
    const value = isScalar(this.node) ? this.node.value : null;
    if (typeof value === "number" && value >= min && value <= max) return value;
    return this.refuse(what, `a number from ${min} to ${max}`);
  }

  integer(what: string, min: number, max = Number.MAX_SAFE_INTEGER): number | null {
    const value = isScalar(this.node) ? this.node.value : null;
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    return this.refuse(what, max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`);
  }

  boolean(what: string): boolean | null {
    const value = isScalar(this.node) ? this.node.value : null;
    return typeof value === "boolean" ? value : this.refuse(what, "true or false");
  }

  /** A dollar amount, read from the text as written: no floating point touches money. */
  usd(what: string): NanoUsd | null {
    const value = this.raw();
    const amount = value === null ? null : parseUsd(value);
    return amount ?? this.refuse(what, "dollars such as 3000 or 0.25, with at most 9 decimals");
  }

  /** The texts at `list[*].field` of this map, complaining about nothing: for names that are needed before they are read. */
  peek(list: string, field: string): string[] {
    if (!isMap(this.node)) return [];
    const items = this.node.get(list, true) as unknown;
    if (!isSeq(items)) return [];
    return items.items.flatMap((item) => {
      const name = isMap(item) ? item.get(field) : null;
      return typeof name === "string" ? name : [];
    });
  }

  /** The texts in the lists at `list[*].field` of this map, each once, complaining about nothing. */
  peekEach(list: string, field: string): string[] {
    const items = isMap(this.node) ? (this.node.get(list, true) as unknown) : null;
    if (!isSeq(items)) return [];
    const values = items.items.flatMap((item) => {
      const texts = isMap(item) ? (item.get(field, true) as unknown) : null;
      return isSeq(texts) ? texts.items.flatMap((one) => (isScalar(one) && typeof one.value === "string" ? one.value : [])) : [];
    });
    return [...new Set(values)];
  }

  /** The names of the map at `field` of this map, complaining about nothing. */
  peekNames(field: string): string[] {
    const map = isMap(this.node) ? (this.node.get(field, true) as unknown) : null;
    return isMap(map) ? map.items.flatMap(({ key }) => (isScalar(key) && key.value !== null ? String(key.value) : [])) : [];
  }

  /** The value as plain data, for canonical JSON. */
  plain(): unknown {
    const node = this.node;
    if (isMap(node)) return Object.fromEntries(node.items.map((pair) => this.member(pair)).map(([, name, value]) => [name ?? "", value.plain()]));
    if (isSeq(node)) return node.items.map((item) => this.at(item, 0).plain());
    return isScalar(node) ? node.value : null;
  }

  /** The value for a message, shortened; null when nothing stands there. */
  private shown(): string | null {
    const node = this.node;
    if (isAlias(node)) return `*${node.source}`;
    if (isMap(node)) return "{…}";
    if (isSeq(node)) return "[…]";
    const raw = this.raw();
    return raw === null ? null : clip(raw);
  }

  /** A scalar as written; null when there is none. */
  private raw(): string | null {
    const node = this.node;
    if (!isScalar(node) || node.value === null || node.value === undefined) return null;
    return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
  }
}

/** The fields of one map. */
export class Fields {
  constructor(
    private readonly owner: Place,
    private readonly values: ReadonlyMap<string, Place>,
    private readonly keys: ReadonlyMap<string, Place>,
  ) {}

  names(): string[] {
    return [...this.values.keys()];
  }

  get(name: string): Place | null {
    return this.values.get(name) ?? null;
  }

  /** The field's key, to report something about the field itself. */
  key(name: string): Place {
    return this.keys.get(name) ?? this.owner;
  }

  need(name: string, what: string): Place | null {
    const value = this.values.get(name);
    if (value) return value;
    this.owner.fail(`${what} has no \`${name}\``);
    return null;
  }
}

/** `a, b or c`, cut where it would not be read. */
export function listed(names: readonly string[]): string {
  const known = names.filter((name) => name !== "");
  if (known.length === 0) return NONE_DECLARED;
  const shown = known.slice(0, SHOWN_NAMES_MAX).map(clip);
  if (known.length > SHOWN_NAMES_MAX) return `${shown.join(", ")} or ${known.length - SHOWN_NAMES_MAX} more`;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}

function clip(text: string): string {
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
}
