import Decoder from "kafkajs/src/protocol/decoder.js";

/** More than any record of ours has; the rest is passed over. */
export const HEADERS_MAX = 64;
/** Two lengths, of nothing. */
const HEADER_BYTES_MIN = 2;

/**
 * kafkajs 2.2.4 gathers a record's headers by copying all earlier ones for each: measured here, a record of 34 KB with
 * 5,000 headers held the process for 10 s, one of 149 KB for 105 s. Whoever may write one record could stop every
 * consumer of the topic, again after each restart. Headers are the only thing that this method reads.
 */
Decoder.prototype.readVarIntArray = function <Item>(this: Decoder, reader: (decoder: Decoder) => Item): Item[] {
  const count = this.readVarInt();
  const kept: Item[] = [];
  // A count that the bytes cannot hold is a lie, and headers are the last part of a record.
  if (count * HEADER_BYTES_MIN > this.buffer.length - this.offset) return kept;
  for (let index = 0; index < count; index++) {
    const item = reader(this);
    if (index < HEADERS_MAX) kept.push(item);
  }
  return kept;
};
