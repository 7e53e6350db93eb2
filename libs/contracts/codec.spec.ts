import { SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import { AppError } from "@leverframe/kernel";
import avro, { type Schema } from "avsc";
import fc from "fast-check";
import { EventCodec, type EventName, type SchemaIds } from "./codec";
import { FileSchemas, schemaId } from "./file-schemas";
import { EVENT_SCHEMAS, type EventTypes } from "./generated/schemas";
import { eventArbitrary } from "./testing/event-arbitrary";
import { RECORD_BYTES_MAX } from "./topics";

const EVENTS = Object.keys(EVENT_SCHEMAS) as EventName[];
const sampleOf = <N extends EventName>(name: N, seed = 7): EventTypes[N] => fc.sample(eventArbitrary(name), { numRuns: 1, seed })[0]!;

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof AppError ? error.code : `not an AppError: ${String(error)}`;
  }
  return "no error";
}

let codec: EventCodec;
beforeAll(async () => {
  codec = await EventCodec.create(new FileSchemas());
});

describe("every event of the table", () => {
  it.each(EVENTS)("`%s` comes back as it was, whatever its fields hold", (name) => {
    fc.assert(
      fc.property(eventArbitrary(name), (event) => {
        expect(codec.decode(name, codec.encode(name, event))).toEqual(event);
      }),
      { numRuns: 50 },
    );
  });

  it.each(EVENTS)("`%s` has the same bytes when it is encoded again after decoding", (name) => {
    fc.assert(
      fc.property(eventArbitrary(name), (event) => {
        const bytes = codec.encode(name, event);
        const again = codec.encode(name, codec.decode(name, bytes) as EventTypes[typeof name]);
        expect(Buffer.compare(again, bytes)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the wire format", () => {
  /** The registry's own client with an id in its cache: no request is made. */
  function clientKnowing(name: EventName): { client: SchemaRegistry; id: number } {
    const id = schemaId(EVENT_SCHEMAS[name]);
    const client = new SchemaRegistry({ host: "http://127.0.0.1:9" });
    client.cache.setSchema(id, SchemaType.AVRO, avro.Type.forSchema(EVENT_SCHEMAS[name] as Schema) as never);
    return { client, id };
  }

  it("is read by the registry's own client", async () => {
    const event = { ...sampleOf("response"), costNanoUsd: 1_234_567n };
    const { client } = clientKnowing("response");
    const read = await client.decode(Buffer.from(codec.encode("response", event)));
    expect(read).toEqual({ ...event, costNanoUsd: 1_234_567 });
  });

  it("is what the registry's own client writes", async () => {
    const request = sampleOf("request");
    const { client, id } = clientKnowing("request");
    const written = await client.encode(id, { ...request, prompt: Buffer.from(request.prompt) });
    expect(codec.decode("request", written)).toEqual(request);
    expect(Buffer.compare(codec.encode("request", request), written)).toBe(0);
  });

  it("leaves fields with a default to the writer, as the schema says", async () => {
    const { client, id } = clientKnowing("request");
    const written = await client.encode(id, { requestId: "r1", prompt: Buffer.from("{}") });
    expect(codec.decode("request", written)).toMatchObject({ requestId: "r1", tenant: null, attributes: {}, requiredSections: [] });
  });

  it("passes the prompt through untouched, without a copy", () => {
    const prompt = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const bytes = codec.encode("request", { ...sampleOf("request"), prompt });
    const read = codec.decode("request", bytes) as EventTypes["request"];
    expect(read.prompt).toEqual(prompt);
    expect(read.prompt.buffer).toBe(bytes.buffer);
  });

  it("gives each record bytes of its own", () => {
    const first = codec.encode("request", sampleOf("request", 1));
    const kept = Buffer.from(first);
    codec.encode("request", sampleOf("request", 2));
    expect(Buffer.compare(first, kept)).toBe(0);
  });
});

describe("refusals", () => {
  it.each([
    ["nothing", [], "bad_record"],
    ["no id", [0, 0, 0], "bad_record"],
    ["another format's first byte", [1, 0, 0, 0, 1, 0], "bad_record"],
  ])("%s is a `%s` record", (_what, bytes, code) => {
    expect(codeOf(() => codec.decode("request", Uint8Array.from(bytes)))).toBe(code);
  });

  it("an id that nobody knows is `unknown_schema`", async () => {
    await expect(codec.decode("request", Uint8Array.of(0, 0, 0, 0, 1, 0))).rejects.toMatchObject({ code: "unknown_schema", retryable: false });
  });

  it("another event's record is `bad_record`", async () => {
    const bytes = codec.encode("feedback", sampleOf("feedback"));
    await expect(codec.decode("request", bytes)).rejects.toMatchObject({ code: "bad_record" });
    expect(codeOf(() => codec.decode("request", bytes))).toBe("bad_record");
  });

  it("a field of the wrong kind is `bad_input` and named, without its value", () => {
    const event = { ...sampleOf("response"), usage: { inputTokens: "my secret", cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 } };
    expect(() => codec.encode("response", event as never)).toThrow(/field `usage.inputTokens` is a string of 9 characters, expected int/);
    expect(codeOf(() => codec.encode("response", event as never))).toBe("bad_input");
  });

  it.each([
    ["costNanoUsd", 2n ** 63n],
    ["costNanoUsd", 1],
    ["answeredAt", 2 ** 53],
    ["answeredAt", 0.5],
    ["status", "unheard-of"],
  ])("`%s` of %s is `bad_input`", (field, value) => {
    expect(codeOf(() => codec.encode("response", { ...sampleOf("response"), [field]: value } as never))).toBe("bad_input");
  });

  it("a map with the key `__proto__` is `bad_input`", () => {
    const attributes = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    expect(codeOf(() => codec.encode("request", { ...sampleOf("request"), attributes }))).toBe("bad_input");
  });

  it("a record over its topic's size is `record_too_large` when it is written and when it is read", () => {
    const prompt = new Uint8Array(RECORD_BYTES_MAX);
    expect(codeOf(() => codec.encode("request", { ...sampleOf("request"), prompt }))).toBe("record_too_large");
    expect(codeOf(() => codec.decode("request", new Uint8Array(RECORD_BYTES_MAX + 1)))).toBe("record_too_large");
  });

  it("events that carry a request of the largest size still fit", () => {
    const request = { ...sampleOf("request"), prompt: new Uint8Array(RECORD_BYTES_MAX - 2_000) };
    const bytes = codec.encode("request", request);
    expect(bytes.length).toBeLessThanOrEqual(RECORD_BYTES_MAX);
    const executed = { ...sampleOf("executed"), request };
    expect(codec.decode("executed", codec.encode("executed", executed))).toEqual(executed);
    const deadLetter = { ...sampleOf("dead-letter"), value: codec.encode("executed", executed) };
    expect(codec.encode("dead-letter", deadLetter).length).toBeGreaterThan(RECORD_BYTES_MAX);
  });
});

describe("a record of an earlier writer", () => {
  const earlier = withoutField(EVENT_SCHEMAS["feedback"], "comment");

  class Registry implements SchemaIds {
    lookups = 0;
    failures = 0;

    async register(): Promise<number> {
      return 2;
    }

    async schemaOf(): Promise<object> {
      this.lookups += 1;
      if (this.failures-- > 0) throw new AppError("unavailable", "away");
      return earlier;
    }
  }

  function earlierRecord(): Uint8Array {
    const { feedbackId, requestId, tenant, user, succeeded, rating, at } = sampleOf("feedback");
    const event = { feedbackId, requestId, tenant, user, succeeded, rating, at };
    const body = avro.Type.forSchema(earlier as Schema).toBuffer(event);
    return Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), body]);
  }

  it("is read with the reader's defaults, after one look-up for all that wait", async () => {
    const registry = new Registry();
    const reader = await EventCodec.create(registry);
    const read = await Promise.all([reader.decode("feedback", earlierRecord()), reader.decode("feedback", earlierRecord())]);
    expect(read[0]).toEqual({ ...sampleOf("feedback"), comment: null });
    expect(read[1]).toEqual(read[0]);
    expect(reader.decode("feedback", earlierRecord())).toEqual(read[0]);
    expect(registry.lookups).toBe(1);
  });

  it("is read later when the registry was away at first", async () => {
    const registry = new Registry();
    registry.failures = 1;
    const reader = await EventCodec.create(registry);
    await expect(reader.decode("feedback", earlierRecord())).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await expect(reader.decode("feedback", earlierRecord())).resolves.toMatchObject({ comment: null });
  });

  function withoutField(schema: object, name: string): object {
    const { fields, ...rest } = schema as { fields: { name: string }[] };
    return { ...rest, fields: fields.filter((field) => field.name !== name) };
  }
});
