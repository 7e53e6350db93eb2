/**
 * Which partition a key belongs to, as Kafka's own default partitioner decides it (Java client and kafkajs 2): 32-bit
 * murmur2 of the key's bytes, sign bit cleared, modulo the partitions. Every adapter uses it, so that a key lands on
 * the same partition number whatever log carries it and whoever wrote the record.
 */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

const SEED = 0x9747b28c;
const MIX = 0x5bd1e995;

/** MurmurHash2 (A. Appleby, public domain), with the seed that Kafka chose; a signed 32-bit integer. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    word = Math.imul(word, MIX);
    word ^= word >>> 24;
    hash = Math.imul(hash, MIX) ^ Math.imul(word, MIX);
  }
  const rest = length - at;
  if (rest > 0) {
    if (rest > 2) hash ^= bytes[at + 2]! << 16;
    if (rest > 1) hash ^= bytes[at + 1]! << 8;
    hash = Math.imul(hash ^ bytes[at]!, MIX);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}
