import avro, { type Schema, type Type } from "avsc";

/**
 * How Avro values look in TypeScript where avsc's own choice does not fit the generated types:
 *   nano-usd      bigint (money is exact over the whole 64-bit range)
 *   long          number, refused where avsc's float arithmetic would silently change it
 *   bytes         any Uint8Array in; out, a view of the record: the prompt and the permit's body pass through uncopied. The
 *                 record outlives its event anyway, because a dead letter needs the original bytes
 *   ["null", X]   T | null, for every X
 */

/** The part of avsc's cursor over a buffer that a type of our own needs (avsc does not declare it). */
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  writeLong(value: number): void;
}

interface Reader {
  _read: (tap: Tap) => unknown;
}

type ErrorHook = (value: unknown, type: Type) => void;

/** Up to here avsc's zigzag in doubles is exact, also for negative numbers: microseconds until 2112, micro-dollars to 4.5e9 USD. */
const LONG_MAX = 2 ** 52;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const isLong = (value: unknown): value is number => Number.isInteger(value) && Math.abs(value as number) <= LONG_MAX;

const isNanoUsd = (value: unknown): value is bigint => typeof value === "bigint" && value >= INT64_MIN && value <= INT64_MAX;

function refuse(value: unknown, type: Type): never {
  throw new TypeError(`${type.typeName} expected, got ${typeof value}`);
}

class ExactLongType extends avro.types.LongType {
  _check(value: unknown, _flags: unknown, hook?: ErrorHook): boolean {
    const valid = isLong(value);
    if (!valid && hook) hook(value, this);
    return valid;
  }

  _read(tap: Tap): number {
    const value = tap.readLong();
    if (!isLong(value)) throw new RangeError("long beyond the exact range");
    return value;
  }

  _write(tap: Tap, value: unknown): void {
    if (!isLong(value)) refuse(value, this);
    tap.writeLong(value);
  }
}

class NanoUsdType extends avro.types.LongType {
  _check(value: unknown, _flags: unknown, hook?: ErrorHook): boolean {
    const valid = isNanoUsd(value);
    if (!valid && hook) hook(value, this);
    return valid;
  }

  _read(tap: Tap): bigint {
    const start = tap.pos;
    const value = tap.readLong();
    return isLong(value) ? BigInt(value) : readWideLong(tap, start);
  }

  _write(tap: Tap, value: unknown): void {
    if (!isNanoUsd(value)) refuse(value, this);
    const narrow = Number(value);
    if (isLong(narrow)) tap.writeLong(narrow);
    else writeWideLong(tap, value);
  }

  /** avsc's hook for defaults (JSON numbers) and copies. */
  _copy(value: unknown): bigint {
    const copy = typeof value === "number" ? BigInt(value) : value;
    return isNanoUsd(copy) ? copy : refuse(value, this);
  }

  /** Reads a writer's int or long. */
  _update(resolver: Reader, writer: Type): void {
    if (writer.typeName === "int" || writer.typeName === "long") resolver._read = this._read;
  }
}

function readWideLong(tap: Tap, start: number): bigint {
  let zigzag = 0n;
  let shift = 0n;
  for (tap.pos = start; ; shift += 7n) {
    const byte = tap.buf[tap.pos++] ?? 0;
    zigzag |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return (zigzag >> 1n) ^ -(zigzag & 1n);
  }
}

function writeWideLong(tap: Tap, value: bigint): void {
  let zigzag = value >= 0n ? value << 1n : (-value << 1n) - 1n;
  for (; zigzag > 0x7fn; zigzag >>= 7n) tap.buf[tap.pos++] = Number(zigzag & 0x7fn) | 0x80;
  tap.buf[tap.pos++] = Number(zigzag);
}

class BytesViewType extends avro.types.BytesType {
  _check(value: unknown, _flags: unknown, hook?: ErrorHook): boolean {
    const valid = isBytes(value);
    if (!valid && hook) hook(value, this);
    return valid;
  }

  _read(tap: Tap): Uint8Array {
    const bytes = tap.readLong();
    const start = tap.pos;
    tap.pos += bytes;
    return new Uint8Array(tap.buf.buffer, tap.buf.byteOffset + start, bytes);
  }

  _write(tap: Tap, value: unknown): void {
    if (!isBytes(value)) refuse(value, this);
    tap.writeLong(value.length);
    const start = tap.pos;
    tap.pos += value.length;
    if (tap.pos <= tap.buf.length) tap.buf.set(value, start);
  }
}

/** By tag rather than `instanceof`: a Uint8Array may come from another realm (a worker's, a test's). */
const isBytes = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";

/** A map with the key `__proto__` is refused when it is written, as it is when it is read (allocation-guard.ts). */
class PlainMapType extends avro.types.MapType {
  declare _write: (tap: Tap, value: unknown) => void;

  static {
    const { _write } = avro.types.MapType.prototype as unknown as { _write: PlainMapType["_write"] };
    PlainMapType.prototype._write = function (tap, value) {
      if (typeof value === "object" && value !== null && Object.hasOwn(value, "__proto__")) refuse(value, this);
      _write.call(this, tap, value);
    };
  }
}

/** `T | null`; knows its branch without avsc's guess from the value, which would take a Uint8Array for a record. */
class NullableType extends avro.types.UnwrappedUnionType {
  _getIndex(value: unknown): number {
    return value === null ? 0 : 1;
  }
}

const isNullable = (schema: unknown): boolean => Array.isArray(schema) && schema.length === 2 && schema[0] === "null";

/** The type that encodes and decodes values as the generated TypeScript types say. */
export function readerType(schema: object): Type {
  const bytes = new BytesViewType();
  const long = new ExactLongType();
  const nanoUsd = new NanoUsdType();
  return avro.Type.forSchema(schema as Schema, {
    omitRecordMethods: true,
    typeHook: (part, options) => {
      const { type, logicalType } = (typeof part === "object" ? part : { type: part }) as { type?: unknown; logicalType?: string };
      if (type === "bytes") return bytes;
      if (type === "long") return logicalType === "nano-usd" ? nanoUsd : long;
      if (type === "map") return new PlainMapType(part, options);
      if (isNullable(part)) return new NullableType(part, options);
      return undefined;
    },
  } as Parameters<typeof avro.Type.forSchema>[1]);
}

/** A writer's type only says how its bytes are laid out; what they become is the reader's. */
export function writerType(schema: object): Type {
  return avro.Type.forSchema(schema as Schema, { wrapUnions: "never", omitRecordMethods: true } as never);
}
