import { AppError } from "@leverframe/kernel";
import { EVENT_SCHEMAS } from "./generated/schemas";
import { topicSpecs } from "./provisioning";
import { applicationOfRequestsTopic, requestsTopic, responsesTopic, schemaOfTopic, TopicNames } from "./topic-names";
import { topicTableMarkdown } from "./topic-table";
import { recordBytesMaxOf, topicOf, topicRow, TOPIC_NAMES, type Party } from "./topics";

const STAGES: readonly Party[] = ["classifier", "policy-gate", "selector", "budget-ledger", "executor", "evaluator", "analytics-sink", "notifier"];

describe("the topic table", () => {
  it("has exactly one topic for each event, and each has a writer and a reader", () => {
    expect(TOPIC_NAMES.map((topic) => topicRow(topic).schema).sort()).toEqual(Object.keys(EVENT_SCHEMAS).sort());
    for (const topic of TOPIC_NAMES) {
      expect(topicOf(topicRow(topic).schema)).toBe(topic);
      expect(topicRow(topic).writers).not.toHaveLength(0);
      expect(topicRow(topic).readers).not.toHaveLength(0);
    }
  });

  it("names a key that every record of the topic has", () => {
    for (const topic of TOPIC_NAMES) {
      const { schema, key } = topicRow(topic);
      const { fields } = EVENT_SCHEMAS[schema] as { fields: { name: string; type: { fields?: { name: string }[] } }[] };
      const own = fields.map((field) => field.name);
      const ofMeta = fields.find((field) => field.name === "meta")?.type.fields?.map((field) => field.name) ?? [];
      expect([...own, ...ofMeta]).toContain(key);
    }
  });

  it("leads from the request to the answer: each stage reads what another wrote", () => {
    for (const stage of STAGES) {
      const reads = TOPIC_NAMES.filter((topic) => topicRow(topic).readers.includes(stage));
      expect(reads).not.toHaveLength(0);
      for (const topic of reads) expect(topicRow(topic).writers.some((writer) => writer !== stage)).toBe(true);
    }
  });

  it("lets every stage that reads give a record up to the dead letters", () => {
    expect([...topicRow("dead-letters").writers].sort()).toEqual([...STAGES].sort());
  });
});

describe("topic names", () => {
  const names = new TopicNames("staging.");

  it.each([
    ["requests", "requests", "default"],
    ["requests.hr-bot", "requests", "hr-bot"],
    ["responses.hr-bot", "responses", "hr-bot"],
    ["executed", "executed", null],
  ])("`%s` belongs to topic `%s` and application %s, with and without a prefix", (name, topic, application) => {
    expect(new TopicNames().parse(name)).toEqual({ topic, application });
    expect(names.parse(`staging.${name}`)).toEqual({ topic, application });
    expect(names.parse(name)).toBeNull();
    expect(names.name(topic as "requests", application ?? undefined)).toBe(`staging.${name}`);
  });

  it.each(["", "request", "requests.", "requests.default", "requests.a.b", "requests.A", "executed.hr", "toString", "__proto__"])(
    "`%s` is none of the topics",
    (name) => {
      expect(new TopicNames().parse(name)).toBeNull();
      expect(() => schemaOfTopic(name)).toThrow(AppError);
      expect(applicationOfRequestsTopic(name)).toBeNull();
    },
  );

  it("gives an application its own pair, and the default one the plain pair", () => {
    expect([requestsTopic("hr"), responsesTopic("hr")]).toEqual(["requests.hr", "responses.hr"]);
    expect([requestsTopic("default"), responsesTopic("default")]).toEqual(["requests", "responses"]);
    expect(applicationOfRequestsTopic("requests.hr")).toBe("hr");
    expect(applicationOfRequestsTopic("requests")).toBe("default");
    expect(applicationOfRequestsTopic("responses.hr")).toBeNull();
    expect(schemaOfTopic("responses.hr")).toBe("response");
  });

  it.each(["HR", "a.b", "-a", "a-", "", "a b", "a".repeat(64)])("application `%s` is refused", (application) => {
    expect(() => requestsTopic(application)).toThrow(/must be 1 to 63 lower-case letters/);
  });

  it("a prefix that Kafka would refuse is refused", () => {
    expect(() => new TopicNames("a/b")).toThrow(expect.objectContaining({ code: "bad_config" }));
  });

  it("stand before consumer groups and subjects too", () => {
    expect(names.consumerGroup("executor")).toBe("staging.leverframe.executor");
    expect(names.subject("requests", "hr")).toBe("staging.requests.hr-value");
  });
});

describe("provisioning", () => {
  const specs = topicSpecs(["hr", "default", "hr"]);

  it("creates every topic once, with one of each kind for each application", () => {
    const created = specs.map((spec) => spec.name);
    expect(new Set(created).size).toBe(created.length);
    expect(created).toHaveLength(TOPIC_NAMES.length + TOPIC_NAMES.filter((topic) => topicRow(topic).perApplication).length);
    expect(created).toEqual(expect.arrayContaining(["requests", "requests.hr", "responses", "responses.hr"]));
  });

  it("lets the log stamp what applications write, so that nobody chooses the time a request was received", () => {
    const stamped = specs.filter((spec) => spec.config["message.timestamp.type"] === "LogAppendTime").map((spec) => spec.name);
    expect(stamped).toEqual(["requests", "requests.hr", "cancellations", "cancellations.hr", "reviews", "feedback", "feedback.hr"]);
  });

  it("accepts every record that the codec makes", () => {
    for (const recordBytesMax of [1_000, 1024 * 1024]) {
      for (const spec of topicSpecs([], { recordBytesMax })) {
        const topic = new TopicNames().parse(spec.name)!.topic;
        expect(Number(spec.config["max.message.bytes"])).toBeGreaterThan(recordBytesMaxOf(topic, recordBytesMax));
      }
    }
  });

  it("keeps the journal longer than the longest budget window", () => {
    const journal = specs.find((spec) => spec.name === "ledger-entries");
    expect(Number(journal?.config["retention.ms"])).toBeGreaterThan(2 * 31 * 86_400_000);
  });

  it("takes the prefix and another number of partitions", () => {
    const small = topicSpecs([], { names: new TopicNames("t1."), partitions: 2 });
    expect(small.every((spec) => spec.name.startsWith("t1.") && spec.partitions === 2)).toBe(true);
  });
});

it("the documentation's table has one row for each topic", () => {
  const rows = topicTableMarkdown().trimEnd().split("\n");
  expect(rows).toHaveLength(TOPIC_NAMES.length + 2);
  expect(new Set(rows.map((row) => row.split("|").length)).size).toBe(1);
});
