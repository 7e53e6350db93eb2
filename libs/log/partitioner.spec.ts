import fc from "fast-check";
import { Partitioners } from "kafkajs";
import { murmur2, partitionOf } from "./partitioner";

describe("partitioner", () => {
  it("agrees with the hashes that Kafka's own test suite expects", () => {
    // org.apache.kafka.common.utils.UtilsTest: murmur2 of these strings.
    const known = { "21": -973932308, foobar: -790332482, "a-little-bit-long-string": -985981536, "": 275646681 };
    for (const [text, hash] of Object.entries(known)) expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it("puts every key where kafkajs's default partitioner puts it", () => {
    const theirs = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
        const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 1 }));
        const message = { key: Buffer.from(key), value: null };
        expect(partitionOf(key, partitions)).toBe(theirs({ topic: "t", partitionMetadata: partitionMetadata as never, message }));
      }),
    );
  });
});
