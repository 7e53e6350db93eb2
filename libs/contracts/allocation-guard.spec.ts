import { AppError } from "@leverframe/kernel";
import avro, { type Schema } from "avsc";
import fc from "fast-check";
import { compileGuard } from "./allocation-guard";
import { EventCodec, type EventName } from "./codec";
import { FileSchemas, schemaId } from "./file-schemas";
import { EVENT_SCHEMAS } from "./generated/schemas";
import { eventArbitrary } from "./testing/event-arbitrary";

const EVENTS = Object.keys(EVENT_SCHEMAS) as EventName[];
const STRINGS = { type: "array", items: "string" };
const COUNTS = { type: "map", values: "int" };
const NULLS = { type: "array", items: "null" };

/** Zigzag varint. */
function long(value: bigint): number[] {
  const bytes: number[] = [];
  let zigzag = value >= 0n ? value << 1n : (-value << 1n) - 1n;
  for (; zigzag > 0x7fn; zigzag >>= 7n) bytes.push(Number(zigzag & 0x7fn) | 0x80);
  return [...bytes, Number(zigzag)];
}

/** What the guard says about bytes of this schema: `passes`, or the error's message. */
function verdict(schema: unknown, bytes: readonly number[]): string {
  try {
    compileGuard(schema)(Uint8Array.from(bytes), 0);
    return "passes";
  } catch (error) {
    if (error instanceof AppError && error.code === "bad_record") return error.message;
    return `not a bad_record: ${String(error)}`;
  }
}

describe("the seven-byte bomb", () => {
  /** 2^31 items: what is claimed fits an array's length, so that nothing but memory stops avsc. */
  const bomb = [...long(2n ** 31n), 0, 0];

  it.each([
    ["an array", STRINGS],
    ["a map", COUNTS],
    ["an array of arrays", { type: "array", items: STRINGS }],
    ["a map of arrays", { type: "map", values: STRINGS }],
    ["items that take no bytes", NULLS],
    ["empty records", { type: "array", items: { type: "record", name: "Empty", fields: [] } }],
  ])("in %s is refused before anything is allocated", (_where, schema) => {
    expect(bomb).toHaveLength(7);
    expect(verdict(schema, bomb)).toMatch(/items (claimed|without bytes)/);
  });

  it("nested inside a valid list is refused", () => {
    expect(verdict({ type: "array", items: STRINGS }, [...long(1n), ...bomb])).toMatch(/items claimed/);
  });

  it("in the second block of a list is refused", () => {
    expect(verdict(STRINGS, [...long(1n), 0, ...bomb])).toMatch(/items claimed/);
  });

  it("with a negative count and a byte size is refused", () => {
    expect(verdict(STRINGS, [...long(-(2n ** 35n)), ...long(8n), 0])).toMatch(/items claimed/);
  });

  it("spread over many blocks of items without bytes is refused", () => {
    const blocks = Array.from({ length: 20 }, () => long(100n)).flat();
    expect(verdict(NULLS, [...blocks, 0])).toMatch(/items without bytes/);
  });

  it.each(EVENTS)("as any part of `%s` ends as a bad record", async (name) => {
    const codec = await EventCodec.create(new FileSchemas());
    const header = Buffer.alloc(5);
    header.writeUInt32BE(schemaId(EVENT_SCHEMAS[name]), 1);
    for (const before of [[], [0], [2, 65], [0, 0, 0], [2, 65, 2, 65, 2, 65]]) {
      const record = Buffer.concat([header, Uint8Array.from([...before, ...bomb])]);
      expect(() => codec.decode(name, record)).toThrow(expect.objectContaining({ code: "bad_record" }));
    }
  });
});

describe("claims about bytes", () => {
  const node = { type: "record", name: "Node", fields: [{ name: "next", type: ["null", "Node"] }] };

  it.each([
    ["a string longer than the record", "string", [...long(9n), 65], /9 bytes claimed/],
    ["a negative length", "bytes", long(-1n), /negative length/],
    ["a cut number", "long", [0x80], /ends inside a number/],
    ["a number of more than 64 bits", "long", [...Array<number>(9).fill(0xff), 2], /more than 64 bits/],
    ["an int of more than 32 bits", "int", long(2n ** 31n), /more than 32 bits/],
    ["a boolean of 2", "boolean", [2], /neither true nor false/],
    ["a union branch that is not there", ["null", "int"], [4], /branch 2 of a union of 2/],
    ["an enumeration value that is not there", { type: "enum", name: "E", symbols: ["A"] }, [2], /value 1/],
    ["a block whose size is wrong", STRINGS, [...long(-1n), ...long(5n), 0, 0], /block of 5 bytes/],
    ["trailing bytes", "int", [0, 0], /1 bytes after its end/],
    ["the map key `__proto__`", COUNTS, [2, 18, ...Buffer.from("__proto__"), 0, 0], /__proto__/],
    ["a record nested for ever", node, Array<number>(1_000).fill(2), /nested more than/],
    ["a cut double", "double", [0, 0, 0], /8 bytes claimed/],
    ["a fixed value that is cut", { type: "fixed", name: "F", size: 4 }, [0], /4 bytes claimed/],
  ] as const)("%s is refused", (_what, schema, bytes, message) => {
    expect(verdict(schema, bytes)).toMatch(message);
  });

  it.each([
    ["a block with its byte size", STRINGS, [...long(-1n), ...long(2n), 2, 65, 0]],
    ["the largest int", "int", long(2n ** 31n - 1n)],
    ["the smallest long", "long", long(-(2n ** 63n))],
    ["a key that only ends in `__proto__`", COUNTS, [2, 20, ...Buffer.from("x__proto__"), 0, 0]],
    ["a short chain of records", node, [2, 2, 2, 0]],
    ["a few items without bytes", NULLS, [20, 0]],
  ] as const)("%s passes", (_what, schema, bytes) => {
    expect(verdict(schema, bytes)).toBe("passes");
  });

  it("whatever a writer encoded validly passes", () => {
    for (const name of EVENTS) {
      const guard = compileGuard(EVENT_SCHEMAS[name]);
      const type = avro.Type.forSchema(EVENT_SCHEMAS[name] as Schema);
      for (let run = 0; run < 20; run++) expect(() => guard(type.toBuffer(type.random()), 0)).not.toThrow();
    }
  });
});

describe("1,000 fuzzed records", () => {
  const MEMORY_GROWTH_MAX = 50 * 1024 * 1024;

  it("end as a bad record or as a value, and take at most 50 MB", async () => {
    const codec = await EventCodec.create(new FileSchemas());
    const records = fc.sample(fuzzedRecord(codec), { numRuns: 1_000, seed: 42 });
    const before = process.memoryUsage().rss;
    const outcomes = new Map<string, number>();
    let peak = before;
    for (const [index, { name, bytes }] of records.entries()) {
      const outcome = await outcomeOf(codec, name, bytes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (index % 20 === 0) peak = Math.max(peak, process.memoryUsage().rss);
    }
    expect([...outcomes.keys()].sort()).toEqual(["bad_record", "unknown_schema", "value"]);
    expect(outcomes.get("bad_record")).toBeGreaterThan(500);
    expect(peak - before).toBeLessThan(MEMORY_GROWTH_MAX);
  });

  async function outcomeOf(codec: EventCodec, name: EventName, bytes: Uint8Array): Promise<string> {
    try {
      await codec.decode(name, bytes);
      return "value";
    } catch (error) {
      return error instanceof AppError ? error.code : `not an AppError: ${String(error)}`;
    }
  }

  function fuzzedRecord(codec: EventCodec): fc.Arbitrary<{ name: EventName; bytes: Uint8Array }> {
    return fc.constantFrom(...EVENTS).chain((name) => {
      const valid = eventArbitrary(name).map((event) => codec.encode(name, event));
      const header = codec.encode(name, fc.sample(eventArbitrary(name), { numRuns: 1, seed: 1 })[0]!).subarray(0, 5);
      const random = fc.uint8Array({ maxLength: 200 });
      const bodies = random.map((body) => Buffer.concat([header, body]));
      const truncated = fc.tuple(valid, fc.double({ min: 0, max: 1, noNaN: true })).map(([bytes, part]) => bytes.subarray(0, Math.floor(bytes.length * part)));
      const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 7 })), { minLength: 1, maxLength: 8 });
      const flipped = fc.tuple(valid, flips).map(([bytes, places]) => {
        const copy = Uint8Array.from(bytes);
        for (const [place, bit] of places) copy[place % copy.length]! ^= 1 << bit;
        return copy;
      });
      return fc.oneof(random, bodies, truncated, flipped).map((bytes) => ({ name, bytes }));
    });
  }
});
