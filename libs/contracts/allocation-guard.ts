import { AppError } from "@leverframe/kernel";

/**
 * Walks encoded bytes against their writer's schema before avsc decodes them, allocating nothing.
 *
 * avsc trusts what a record claims: an array block of 2^31 items makes it allocate that many slots before it reads the first, so
 * that a record of seven bytes ends the process with an out-of-memory error that nothing can catch. The walk holds every claim
 * against the bytes that are there: count × smallest item ≤ bytes left; lengths ≤ bytes left; union and enum indexes in range;
 * items that take no bytes, and nesting, are capped. What passes makes avsc allocate at most in proportion to the record.
 * It also closes what avsc reads leniently: ints beyond 32 bits, blocks whose byte size is wrong, trailing bytes, and the map key
 * `__proto__`, which would set the decoded object's prototype.
 */
export type Guard = (bytes: Uint8Array, start: number) => void;

interface Cursor {
  bytes: Uint8Array;
  pos: number;
  /** Items without bytes seen so far in this record. */
  emptyItems: number;
  depth: number;
}

/** `bytesMin` is the size of the smallest value. */
interface Walker {
  walk: (at: Cursor) => void;
  bytesMin: number;
}

/** Any schema that is an object. */
interface SchemaPart {
  readonly type: unknown;
  readonly name?: string;
  readonly namespace?: string;
  readonly fields?: readonly { readonly type: unknown }[];
  readonly symbols?: readonly string[];
  readonly items?: unknown;
  readonly values?: unknown;
  readonly size?: number;
}

const EMPTY_ITEMS_MAX = 1_000;
const DEPTH_MAX = 64;
const INT_MAX = 2 ** 31 - 1;
const PROTO = [..."__proto__"].map((letter) => letter.charCodeAt(0));

const fail = (what: string): never => {
  throw new AppError("bad_record", what);
};

/** Compiled once per schema; the guard throws `bad_record`. */
export function compileGuard(schema: unknown): Guard {
  const { walk } = compile(schema, new Map(), "");
  return (bytes, start) => {
    const at: Cursor = { bytes, pos: start, emptyItems: 0, depth: 0 };
    walk(at);
    if (at.pos !== bytes.length) fail(`${bytes.length - at.pos} bytes after its end`);
  };
}

function advance(at: Cursor, bytes: number): void {
  const left = at.bytes.length - at.pos;
  if (bytes > left) fail(`${bytes} bytes claimed at byte ${at.pos}, ${left} are left`);
  at.pos += bytes;
}

/** A zigzag varint of at most 64 bits, exact up to 2^53; larger ones keep their sign and magnitude, which is enough to refuse them. */
function readLong(at: Cursor): number {
  const { bytes } = at;
  const first = bytes[at.pos];
  if (first !== undefined && first < 0x80) {
    at.pos += 1;
    return (first >> 1) ^ -(first & 1);
  }
  let zigzag = 0;
  let scale = 1;
  for (let count = 1; ; count++, scale *= 128) {
    const byte = bytes[at.pos] ?? fail(`ends inside a number at byte ${at.pos}`);
    at.pos += 1;
    if (count === 10 && byte > 1) fail(`number of more than 64 bits at byte ${at.pos}`);
    zigzag += (byte & 0x7f) * scale;
    if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }
}

function walkInt(at: Cursor): void {
  const value = readLong(at);
  if (value > INT_MAX || value < -INT_MAX - 1) fail(`number of more than 32 bits before byte ${at.pos}`);
}

function walkBoolean(at: Cursor): void {
  advance(at, 1);
  if (at.bytes[at.pos - 1]! > 1) fail(`neither true nor false at byte ${at.pos - 1}`);
}

function walkBytes(at: Cursor): void {
  const length = readLong(at);
  if (length < 0) fail(`negative length before byte ${at.pos}`);
  advance(at, length);
}

const PRIMITIVES: Readonly<Record<string, Walker>> = {
  null: { bytesMin: 0, walk: () => {} },
  boolean: { bytesMin: 1, walk: walkBoolean },
  int: { bytesMin: 1, walk: walkInt },
  long: { bytesMin: 1, walk: (at) => void readLong(at) },
  float: { bytesMin: 4, walk: (at) => advance(at, 4) },
  double: { bytesMin: 8, walk: (at) => advance(at, 8) },
  string: { bytesMin: 1, walk: walkBytes },
  bytes: { bytesMin: 1, walk: walkBytes },
};

/** Avro: an unqualified name belongs to the namespace around it. */
const qualified = (name: string, namespace: string): string => (name.includes(".") || !namespace ? name : `${namespace}.${name}`);

function compile(schema: unknown, named: Map<string, Walker>, namespace: string): Walker {
  if (typeof schema === "string") {
    const known = PRIMITIVES[schema] ?? named.get(qualified(schema, namespace));
    return known ?? fail(`its writer's schema does not define \`${schema}\``);
  }
  if (Array.isArray(schema)) return unionOf(schema.map((branch) => compile(branch, named, namespace)));
  const part = schema as SchemaPart;
  if (part.type === "array") return blocksOf(compile(part.items, named, namespace), false);
  if (part.type === "map") return blocksOf(compile(part.values, named, namespace), true);
  if (part.type === "record" || part.type === "error" || part.type === "enum" || part.type === "fixed") {
    return compileNamed(part, named, namespace);
  }
  return compile(part.type, named, namespace);
}

/** Known by its name before its fields are compiled, because they may refer to it: then through a union or list, of one byte at least. */
function compileNamed(part: SchemaPart, named: Map<string, Walker>, around: string): Walker {
  const name = qualified(part.name ?? "", part.namespace ?? around);
  const namespace = name.slice(0, Math.max(0, name.lastIndexOf(".")));
  const walker: Walker = { bytesMin: 1, walk: () => {} };
  named.set(name, walker);
  if (part.type === "enum") return Object.assign(walker, enumOf(part.symbols?.length ?? 0));
  if (part.type === "fixed") return Object.assign(walker, fixedOf(part.size ?? 0));
  return Object.assign(walker, recordOf((part.fields ?? []).map((field) => compile(field.type, named, namespace))));
}

const fixedOf = (size: number): Walker => ({ bytesMin: size, walk: (at) => advance(at, size) });

function enumOf(symbols: number): Walker {
  const walk = (at: Cursor): void => {
    const index = readLong(at);
    if (index < 0 || index >= symbols) fail(`value ${index} of an enumeration of ${symbols} before byte ${at.pos}`);
  };
  return { bytesMin: 1, walk };
}

function recordOf(fields: readonly Walker[]): Walker {
  const walk = (at: Cursor): void => {
    if (++at.depth > DEPTH_MAX) fail(`nested more than ${DEPTH_MAX} deep at byte ${at.pos}`);
    for (const field of fields) field.walk(at);
    at.depth -= 1;
  };
  return { bytesMin: fields.reduce((sum, field) => sum + field.bytesMin, 0), walk };
}

function unionOf(branches: readonly Walker[]): Walker {
  const walk = (at: Cursor): void => {
    const index = readLong(at);
    const branch = branches[index] ?? fail(`branch ${index} of a union of ${branches.length} before byte ${at.pos}`);
    branch.walk(at);
  };
  return { bytesMin: 1 + Math.min(...branches.map((branch) => branch.bytesMin)), walk };
}

/** Arrays and maps: blocks of a count and that many items, ended by a count of 0. A negative count is followed by the block's byte size. */
function blocksOf(item: Walker, isMap: boolean): Walker {
  const itemBytesMin = item.bytesMin + (isMap ? 1 : 0);
  const walk = (at: Cursor): void => {
    for (let count = readLong(at); count !== 0; count = readLong(at)) {
      const blockBytes = count < 0 ? readLong(at) : -1;
      const items = Math.abs(count);
      checkCount(at, items, itemBytesMin);
      const start = at.pos;
      for (let ordinal = 0; ordinal < items; ordinal++) {
        if (isMap) walkKey(at);
        item.walk(at);
      }
      if (count < 0 && at.pos - start !== blockBytes) fail(`block of ${blockBytes} bytes at byte ${start} has ${at.pos - start}`);
    }
  };
  return { bytesMin: 1, walk };
}

function checkCount(at: Cursor, items: number, itemBytesMin: number): void {
  const left = at.bytes.length - at.pos;
  if (items * itemBytesMin > left) fail(`${items} items claimed before byte ${at.pos}, ${left} bytes are left`);
  if (itemBytesMin > 0) return;
  at.emptyItems += items;
  if (at.emptyItems > EMPTY_ITEMS_MAX) fail(`${at.emptyItems} items without bytes, at most ${EMPTY_ITEMS_MAX} are allowed`);
}

function walkKey(at: Cursor): void {
  walkBytes(at);
  const { bytes, pos } = at;
  const mayBeProto = pos >= PROTO.length && bytes[pos - 1] === PROTO.at(-1);
  if (mayBeProto && PROTO.every((byte, index) => bytes[pos - PROTO.length + index] === byte)) {
    if (bytes[pos - PROTO.length - 1] === PROTO.length << 1) fail("a map with the key `__proto__`");
  }
}
