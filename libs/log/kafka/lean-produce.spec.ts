import { jest } from "@jest/globals";
import fc from "fast-check";
import produceRequests, { type ProduceArguments } from "kafkajs/src/protocol/requests/produce/index.js";
import { crc32c } from "./crc32c";

// Taken before lean-produce takes its place.
const kafkajs = produceRequests.protocol({ version: 7 });
const { encodeProduce } = await import("./lean-produce");

const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array));
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((text) => text !== "__proto__");
const messages = fc.array(
  fc.record({ key: fc.option(bytes(40)), value: fc.option(bytes(9_000)), headers: fc.dictionary(name, bytes(70), { maxKeys: 4 }) }),
  { minLength: 1, maxLength: 70 },
);
const topicData = fc.array(
  fc.record({ topic: name, partitions: fc.array(fc.record({ partition: fc.nat(99), messages, firstSequence: fc.constant(0) }), { minLength: 1, maxLength: 3 }) }),
  { minLength: 1, maxLength: 3 },
);

describe("producing without kafkajs's detours", () => {
  let now: { mockRestore(): void };
  beforeAll(() => (now = jest.spyOn(Date, "now").mockReturnValue(1_790_000_000_123)));
  afterAll(() => now.mockRestore());

  it("writes the bytes that kafkajs writes", async () => {
    await fc.assert(
      fc.asyncProperty(topicData, async (data) => {
        const args: ProduceArguments = { acks: -1, timeout: 30_000, producerEpoch: 0, topicData: data };
        const theirs = (await kafkajs(args).request.encode()).buffer;
        expect(Buffer.compare(encodeProduce(args, Date.now()).buffer, theirs)).toBe(0);
        expect(Buffer.compare((await produceRequests.protocol({ version: 7 })(args).request.encode()).buffer, theirs)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it("leaves to kafkajs what it does not know: stamped records", async () => {
    const args: ProduceArguments = {
      acks: -1, timeout: 1, topicData: [{ topic: "t", partitions: [{ partition: 0, messages: [{ key: null, value: null, timestamp: "5" }] }] }],
    };
    const bytesOf = async (made: ReturnType<typeof kafkajs>) => (await made.request.encode()).buffer.toString("hex");
    expect(await bytesOf(produceRequests.protocol({ version: 7 })(args))).toBe(await bytesOf(kafkajs(args)));
  });

  it("knows the checksum's published check value", () => {
    const digits = Buffer.from("..123456789..");
    expect(crc32c(digits, 2, 11)).toBe(0xe3069283);
  });
});
