import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import avro, { type Schema } from "avsc";
import fc from "fast-check";
import { type Cluster, startCluster } from "../../deploy/local";
import { EventCodec } from "./codec";
import { EVENT_SCHEMAS, type EventTypes } from "./generated/schemas";
import { registerSubjects, RegistrySchemas } from "./registry-schemas";
import { eventArbitrary } from "./testing/event-arbitrary";
import { TopicNames } from "./topic-names";

const START_MS = 240_000;
const sampleOf = <N extends keyof EventTypes>(name: N): EventTypes[N] => fc.sample(eventArbitrary(name), { numRuns: 1, seed: 5 })[0]!;
const field = (name: string, extra: object = {}): object => ({ name, type: "string", ...extra });
const recordOf = (...fields: object[]): object => ({ type: "record", name: "Thing", namespace: "test", fields });

let cluster: Cluster<{ kafka: true; registry: true }>;
let url: string;

beforeAll(async () => {
  cluster = await startCluster({ kafka: true, registry: true });
  url = cluster.registry.url;
}, START_MS);
afterAll(() => cluster?.stop());

describe("a real Confluent-compatible registry", () => {
  it("gives every process the same ids, and each what the other wrote", async () => {
    const [one, other] = [await EventCodec.create(new RegistrySchemas({ url })), await EventCodec.create(new RegistrySchemas({ url }))];
    const event = sampleOf("executed");
    expect(await other.decode("executed", one.encode("executed", event))).toEqual(event);
  });

  it("is joined by a customer's client, which needs nothing of ours", async () => {
    const codec = await EventCodec.create(new RegistrySchemas({ url }));
    const customer = new SchemaRegistry({ host: url });
    const id = await customer.getLatestSchemaId("requests-value");
    const written = await customer.encode(id, { requestId: "r1", department: "Legal", prompt: Buffer.from("{}") });
    expect(await codec.decode("request", written)).toMatchObject({ requestId: "r1", department: "Legal", tenant: null });
    const response = { ...sampleOf("response"), costNanoUsd: 42n };
    expect(await customer.decode(Buffer.from(codec.encode("response", response)))).toMatchObject({ requestId: response.requestId, costNanoUsd: 42 });
  });

  it("lets a customer's older schema be read, by one look-up", async () => {
    const { fields, ...rest } = EVENT_SCHEMAS["feedback"] as { fields: { name: string }[] };
    const older = { ...rest, fields: fields.filter(({ name }) => name !== "comment") };
    const { id } = await new SchemaRegistry({ host: url }).register(older as never, { subject: "another-customers-feedback-value" });
    const { feedbackId, requestId, tenant, user, succeeded, rating, at } = sampleOf("feedback");
    const event = { feedbackId, requestId, tenant, user, succeeded, rating, at };
    const head = Buffer.alloc(5);
    head.writeUInt32BE(id, 1);
    const record = Buffer.concat([head, avro.Type.forSchema(older as Schema).toBuffer(event)]);
    const codec = await EventCodec.create(new RegistrySchemas({ url }));
    expect(await codec.decode("feedback", record)).toEqual({ ...event, comment: null });
    expect(codec.decode("feedback", record)).not.toBeInstanceOf(Promise);
  });

  it("holds a subject for each application's own topics, under the installation's prefix", async () => {
    const names = new TopicNames("spec.");
    const subjects = await registerSubjects(new RegistrySchemas({ url }), ["hr"], names);
    expect(subjects).toEqual(expect.arrayContaining(["spec.requests-value", "spec.requests.hr-value", "spec.responses.hr-value", "spec.executed-value"]));
    const client = new SchemaRegistry({ host: url });
    expect(await client.getLatestSchemaId("spec.requests.hr-value")).toBe(await client.getLatestSchemaId("spec.requests-value"));
  });

  it("accepts a new version that reads the earlier ones and refuses one that does not, as bad configuration", async () => {
    const schemas = new RegistrySchemas({ url });
    const first = await schemas.register("thing-value", recordOf(field("a")));
    const second = await schemas.register("thing-value", recordOf(field("a"), field("b", { default: "" })));
    expect(second).not.toBe(first);
    await expect(schemas.register("thing-value", recordOf(field("a"), field("b"), field("c")))).rejects.toMatchObject({
      code: "bad_config",
      message: expect.stringContaining("thing-value"),
    });
  });

  it("refuses a subject whose compatibility somebody set otherwise", async () => {
    await new SchemaRegistry({ host: url }).register(recordOf(field("a")) as never, { subject: "loose-value", compatibility: "NONE" as never });
    await expect(new RegistrySchemas({ url }).register("loose-value", recordOf(field("a")))).rejects.toMatchObject({
      code: "bad_config",
      message: expect.stringContaining("BACKWARD_TRANSITIVE"),
    });
  });

  it("is only read where a process may not register", async () => {
    const reader = new RegistrySchemas({ url, mayRegister: false });
    const id = await new RegistrySchemas({ url }).register("read-value", recordOf(field("a")));
    expect(await reader.register("read-value", recordOf(field("a")))).toBe(id);
    await expect(reader.register("absent-value", recordOf(field("a")))).rejects.toMatchObject({ code: "bad_config" });
  });

  it("knows no schema of an id that was never given", async () => {
    await expect(new RegistrySchemas({ url }).schemaOf(987_654)).rejects.toMatchObject({ code: "unknown_schema" });
  });
});

it("a registry that is away is `unavailable`, to be tried again", async () => {
  const away = new RegistrySchemas({ url: "http://127.0.0.1:9", timeoutMs: 2_000 });
  await expect(away.schemaOf(1)).rejects.toMatchObject({ code: "unavailable", retryable: true });
  await expect(away.register("x-value", recordOf(field("a")))).rejects.toMatchObject({ code: "unavailable" });
});
