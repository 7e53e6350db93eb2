import Decoder from "kafkajs/src/protocol/decoder.js";
import decodeRecord from "kafkajs/src/protocol/recordBatch/record/v0/decoder.js";
import encodeRecord from "kafkajs/src/protocol/recordBatch/record/v0/index.js";
import { HEADERS_MAX } from "./bounded-headers";

const decode = (count: number): string[] => {
  const headers = Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, Buffer.from("v")]));
  const decoder = new Decoder(encodeRecord({ key: Buffer.from("k"), value: Buffer.from("v"), headers }).buffer);
  decoder.readVarInt();
  return Object.keys(decodeRecord(decoder, { firstOffset: "0", firstTimestamp: "0" }).headers);
};

describe("headers of a Kafka record", () => {
  it("are all there up to the limit", () => {
    expect(decode(0)).toEqual([]);
    expect(decode(HEADERS_MAX)).toHaveLength(HEADERS_MAX);
  });

  it("are cut off above it, so that no record can hold the process up (without the limit this takes minutes)", () => {
    expect(decode(20_000)).toEqual(Array.from({ length: HEADERS_MAX }, (_, index) => `h${index}`));
  });

  it("are none when the count claims more than the bytes can hold", () => {
    const claim = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x00]);
    expect(new Decoder(claim).readVarIntArray(() => "never")).toEqual([]);
  });
});
