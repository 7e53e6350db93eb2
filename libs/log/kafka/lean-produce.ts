import produceRequests, { type ProduceArguments, type ProduceMessage } from "kafkajs/src/protocol/requests/produce/index.js";
import { crc32c } from "./crc32c";

/**
 * kafkajs 2.2.4 builds each record and each of its headers in a zero-filled buffer of its own and copies the bytes seven
 * times on their way up, which is most of what producing costs. Here a request's size is worked out first and its bytes
 * are written once; they are the same bytes (lean-produce.spec.ts holds them against kafkajs's own).
 */
const standard = produceRequests.protocol;

/** From this version on records travel in batches of format 2, up to the last version that kafkajs knows. */
const BATCHES_FROM = 3;

produceRequests.protocol = ({ version }) => {
  const makeStandard = standard({ version });
  if (version < BATCHES_FROM) return makeStandard;
  return (args) => {
    const made = makeStandard(args);
    return isPlain(args) ? { ...made, request: { ...made.request, encode: () => Promise.resolve(encodeProduce(args, Date.now())) } } : made;
  };
};

/** Neither compressed nor transactional nor idempotent, and stamped with the time of sending: all that this log produces. */
function isPlain({ compression, transactionalId, producerId, topicData }: ProduceArguments): boolean {
  if (compression || transactionalId || Number(producerId ?? -1) !== -1) return false;
  return topicData.every(({ partitions }) => partitions.every(({ messages }) => messages.every(({ timestamp = null }) => timestamp === null)));
}

/** Offset, length, leader epoch, magic, checksum; then attributes to the count of records. */
const BEFORE_CHECKSUMMED = 8 + 4 + 4 + 1 + 4;
const BATCH_HEAD = BEFORE_CHECKSUMMED + 2 + 4 + 8 + 8 + 8 + 2 + 4 + 4;
const AFTER_LENGTH = 8 + 4;
const MAGIC = 2;
const NO_PRODUCER = -1n;

/** The body of a produce request; what kafkajs takes for an encoder is anything with these two. */
export function encodeProduce(args: ProduceArguments, nowMs: number): { readonly buf: Buffer; readonly buffer: Buffer } {
  const { acks, timeout, topicData } = args;
  const sizes = topicData.map(({ partitions }) => partitions.map(({ messages }) => messages.map(bodySizeOf)));
  let size = 2 + 2 + 4 + 4;
  topicData.forEach(({ topic, partitions }, t) => {
    size += 2 + Buffer.byteLength(topic) + 4;
    partitions.forEach((_, p) => (size += 4 + 4 + batchSizeOf(sizes[t]![p]!)));
  });
  const out = new Writer(size);
  out.int16(-1);
  out.int16(acks);
  out.int32(timeout);
  out.int32(topicData.length);
  topicData.forEach(({ topic, partitions }, t) => {
    out.int16(Buffer.byteLength(topic));
    out.text(topic);
    out.int32(partitions.length);
    partitions.forEach(({ partition, messages, firstSequence = 0 }, p) => {
      out.int32(partition);
      writeBatch(out, messages, sizes[t]![p]!, nowMs, args.producerEpoch ?? 0, firstSequence);
    });
  });
  return { buf: out.bytes, buffer: out.bytes };
}

function writeBatch(out: Writer, messages: readonly ProduceMessage[], sizes: readonly number[], nowMs: number, epoch: number, sequence: number): void {
  const size = batchSizeOf(sizes);
  out.int32(size);
  const start = out.at;
  out.int64(0n);
  out.int32(size - AFTER_LENGTH);
  out.int32(0);
  out.int8(MAGIC);
  out.at = start + BEFORE_CHECKSUMMED;
  out.int16(0);
  out.int32(messages.length - 1);
  out.int64(BigInt(nowMs));
  out.int64(BigInt(nowMs));
  out.int64(NO_PRODUCER);
  out.int16(epoch);
  out.int32(sequence);
  out.int32(messages.length);
  for (let index = 0; index < messages.length; index++) writeRecord(out, messages[index]!, sizes[index]!, index);
  const end = out.at;
  out.at = start + BEFORE_CHECKSUMMED - 4;
  out.int32(crc32c(out.bytes, start + BEFORE_CHECKSUMMED, end) | 0);
  out.at = end;
}

function writeRecord(out: Writer, { key, value, headers }: ProduceMessage, size: number, offsetDelta: number): void {
  out.varint(size);
  out.int8(0);
  out.varint(0);
  out.varint(offsetDelta);
  out.sized(key);
  out.sized(value);
  out.varint(headers === undefined ? 0 : Object.keys(headers).length);
  for (const name in headers) {
    out.varint(Buffer.byteLength(name));
    out.text(name);
    out.sized(headers[name]!);
  }
}

const batchSizeOf = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + varintSize(size) + size, BATCH_HEAD);

/** What follows a record's own length; its number within the batch counts, as it is written in it. */
function bodySizeOf({ key, value, headers }: ProduceMessage, offsetDelta: number): number {
  let size = 1 + 1 + varintSize(offsetDelta) + sizedSize(key) + sizedSize(value);
  let count = 0;
  for (const name in headers) {
    const nameSize = Buffer.byteLength(name);
    size += varintSize(nameSize) + nameSize + sizedSize(headers[name]!);
    count++;
  }
  return size + varintSize(count);
}

const sizedSize = (bytes: Uint8Array | null): number => (bytes === null ? 1 : varintSize(bytes.length) + bytes.length);

/** Zigzag doubles a number that is not negative, so a byte holds up to 63. */
function varintSize(value: number): number {
  if (value < 1 << 6) return 1;
  if (value < 1 << 13) return 2;
  if (value < 1 << 20) return 3;
  return value < 1 << 27 ? 4 : 5;
}

/** Fills a buffer whose size was worked out before. */
class Writer {
  readonly bytes: Buffer;
  at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  int8(value: number): void {
    this.at = this.bytes.writeInt8(value, this.at);
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  int64(value: bigint): void {
    this.at = this.bytes.writeBigInt64BE(value, this.at);
  }

  text(value: string): void {
    this.at += this.bytes.write(value, this.at);
  }

  /** Of a number from 0, or −1. */
  varint(value: number): void {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 0x7f) {
      this.bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }

  /** The length, −1 for none, and the bytes. */
  sized(bytes: Uint8Array | null): void {
    if (bytes === null) return this.varint(-1);
    this.varint(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
}
