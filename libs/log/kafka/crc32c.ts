const POLYNOMIAL = 0x82f63b78;
const WAYS = 8;

/** For each byte value, the remainder after 0 to 7 further zero bytes, one table of 256 behind the other. */
const TABLES = tables();

function tables(): Int32Array {
  const made = new Int32Array(WAYS * 256);
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
    made[byte] = rest;
  }
  for (let at = 256; at < made.length; at++) made[at] = (made[at - 256]! >>> 8) ^ made[made[at - 256]! & 0xff]!;
  return made;
}

/**
 * CRC-32C (Castagnoli) of a part of a buffer, as an unsigned number. Eight bytes a step ("slicing-by-8", Kounavis and
 * Berry 2005): three times as fast as one byte a step, which counts when every produced byte passes here. Node's own
 * `zlib.crc32` has another polynomial.
 */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  const table = TABLES;
  let crc = -1;
  let at = from;
  for (const whole = to - WAYS; at <= whole; at += WAYS) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      table[1792 + (crc & 0xff)]! ^
      table[1536 + ((crc >>> 8) & 0xff)]! ^
      table[1280 + ((crc >>> 16) & 0xff)]! ^
      table[1024 + (crc >>> 24)]! ^
      table[768 + bytes[at + 4]!]! ^
      table[512 + bytes[at + 5]!]! ^
      table[256 + bytes[at + 6]!]! ^
      table[bytes[at + 7]!]!;
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}
