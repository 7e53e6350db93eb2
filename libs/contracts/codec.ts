import { AppError, toAppError } from "@leverframe/kernel";
import type { Type } from "avsc";
import { compileGuard, type Guard } from "./allocation-guard";
import { readerType, writerType } from "./avro-types";
import { EVENT_SCHEMAS, type EventTypes } from "./generated/schemas";
import { recordBytesMaxOf, RECORD_BYTES_MAX, topicOf } from "./topics";
import { TopicNames } from "./topic-names";

export type EventName = keyof EventTypes;

/** Where schema ids come from: the files of this build, or a registry. */
export interface SchemaIds {
  /** The schema's id; registers it where the place is shared. `bad_config` when it breaks compatibility, `unavailable` when out of reach. */
  register(subject: string, schema: object): Promise<number>;
  /** The schema of an id found in a record. `unknown_schema` when there is none. */
  schemaOf(id: number): Promise<object>;
}

export interface CodecOptions {
  /** Largest encoded request, in bytes; events that carry it may be a fixed multiple (the topic table). */
  readonly recordBytesMax?: number;
  readonly names?: TopicNames;
}

/** Confluent's wire format: a zero byte, the schema's id as four bytes big-endian, the Avro body. */
const MAGIC = 0;
const BODY_AT = 5;
const SCRATCH_BYTES = 16 * 1024;

type Decode = (bytes: Buffer) => unknown;

interface Event {
  readonly name: EventName;
  readonly id: number;
  readonly type: Type;
  readonly bytesMax: number;
  /** By the id of the writer's schema. */
  readonly decoders: Map<number, Decode>;
  readonly lookups: Map<number, Promise<Decode>>;
}

/** Encodes and decodes every event of the topic table. One instance may be used by everything in a process. */
export class EventCodec {
  /** Encoding is synchronous, so one buffer serves all calls; what is returned is a copy of its own size. */
  private scratch: Buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

  private constructor(
    private readonly events: ReadonlyMap<EventName, Event>,
    private readonly schemas: SchemaIds,
  ) {}

  /** Registers or resolves the id of every event's schema, so that encoding never waits. */
  static async create(schemas: SchemaIds, options: CodecOptions = {}): Promise<EventCodec> {
    const names = options.names ?? new TopicNames();
    const recordBytesMax = options.recordBytesMax ?? RECORD_BYTES_MAX;
    const events = await Promise.all(
      (Object.keys(EVENT_SCHEMAS) as EventName[]).map(async (name): Promise<Event> => {
        const schema = EVENT_SCHEMAS[name];
        const topic = topicOf(name);
        const id = await schemas.register(names.subject(topic), schema);
        const type = readerType(schema);
        const decoders = new Map([[id, decoderOf(name, type, compileGuard(schema))]]);
        return { name, id, type, bytesMax: recordBytesMaxOf(topic, recordBytesMax), decoders, lookups: new Map() };
      }),
    );
    return new EventCodec(new Map(events.map((event) => [event.name, event])), schemas);
  }

  /** `bad_input` when a field is not what the schema says, `record_too_large` when the record would be refused by its topic. */
  encode<N extends EventName>(name: N, value: EventTypes[N]): Uint8Array {
    const event = this.eventOf(name);
    let end = encodeInto(event, value, this.scratch);
    if (end > event.bytesMax) throw tooLarge(name, end, event.bytesMax);
    if (end > this.scratch.length) {
      this.scratch = Buffer.allocUnsafeSlow(Math.min(2 * end, Math.max(end, event.bytesMax)));
      end = encodeInto(event, value, this.scratch);
    }
    this.scratch[0] = MAGIC;
    this.scratch.writeUInt32BE(event.id, 1);
    const bytes = Buffer.allocUnsafe(end);
    this.scratch.copy(bytes, 0, 0, end);
    return bytes;
  }

  /**
   * A promise only when the writer's schema must be looked up first. `bytes` fields of the value are views of `bytes`.
   * Errors: `bad_record`, `record_too_large`, `unknown_schema`; `unavailable` when a look-up found the registry out of reach.
   */
  decode<N extends EventName>(name: N, bytes: Uint8Array): EventTypes[N] | Promise<EventTypes[N]> {
    const event = this.eventOf(name);
    if (bytes.length > event.bytesMax) throw tooLarge(name, bytes.length, event.bytesMax);
    if (bytes.length < BODY_AT || bytes[0] !== MAGIC) {
      throw new AppError("bad_record", `record of \`${name}\` does not start with a zero byte and a schema id (${bytes.length} bytes)`);
    }
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const id = buffer.readUInt32BE(1);
    const decode = event.decoders.get(id);
    if (decode) return decode(buffer) as EventTypes[N];
    return this.lookUp(event, id).then((found) => found(buffer) as EventTypes[N]);
  }

  private eventOf(name: EventName): Event {
    const event = this.events.get(name);
    if (!event) throw new AppError("bad_input", `no event is called \`${name}\``);
    return event;
  }

  /** One look-up for all records that wait for the same id; a failed one is forgotten, so that a later record may succeed. */
  private lookUp(event: Event, id: number): Promise<Decode> {
    const pending = event.lookups.get(id);
    if (pending) return pending;
    const lookup = this.schemas
      .schemaOf(id)
      .then((schema) => {
        const decode = resolvingDecoderOf(event, id, schema);
        event.decoders.set(id, decode);
        return decode;
      })
      .finally(() => event.lookups.delete(id));
    event.lookups.set(id, lookup);
    return lookup;
  }
}

/** Writes from BODY_AT on; the end of the record, which lies beyond the buffer when that is too small. */
function encodeInto(event: Event, value: unknown, buffer: Buffer): number {
  try {
    const end = event.type.encode(value, buffer, BODY_AT);
    return end < 0 ? buffer.length - end : end;
  } catch (cause) {
    throw new AppError("bad_input", `\`${event.name}\` cannot be encoded: ${firstFault(event.type, value)}`, { cause });
  }
}

/** Names the first field that is not what the schema says. Kinds, never values: the prompt may stand there. */
function firstFault(type: Type, value: unknown): string {
  let fault = "its value does not fit the schema";
  let found = false;
  type.isValid(value, {
    errorHook: (path: string[], actual: unknown, expected: Type) => {
      if (found) return;
      found = true;
      fault = `field \`${path.join(".")}\` is ${kindOf(actual)}, expected ${expected.branchName ?? expected.typeName}`;
    },
  });
  return fault;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `a string of ${value.length} characters`;
  return Array.isArray(value) ? "a list" : typeof value;
}

function tooLarge(name: EventName, bytes: number, bytesMax: number): AppError {
  return new AppError("record_too_large", `record of \`${name}\` has ${bytes} bytes, at most ${bytesMax} are allowed`);
}

function decoderOf(name: EventName, type: Type, guard: Guard, resolver?: unknown): Decode {
  return (bytes) => {
    try {
      guard(bytes, BODY_AT);
      return type.decode(bytes, BODY_AT, resolver as never).value;
    } catch (cause) {
      if (cause instanceof AppError) throw new AppError(cause.code, `record of \`${name}\`: ${cause.message}`, { cause });
      throw new AppError("bad_record", `record of \`${name}\` cannot be decoded: ${toAppError(cause).message}`, { cause });
    }
  };
}

/** Reads what was written with another version of the schema, or refuses when that cannot be read as this event. */
function resolvingDecoderOf(event: Event, id: number, schema: object): Decode {
  try {
    const resolver = event.type.createResolver(writerType(schema));
    return decoderOf(event.name, event.type, compileGuard(schema), resolver);
  } catch (cause) {
    const error = new AppError("bad_record", `a record written with schema ${id} cannot be read as \`${event.name}\``, { cause });
    return () => {
      throw error;
    };
  }
}
