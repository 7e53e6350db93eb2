const encoder = new TextEncoder();
const scratch = new Uint8Array(4096);

/** Bytes of a text in UTF-8; a lone half of a pair counts as the three bytes that stand in for it. */
export function utf8Length(text: string): number {
  if (text.length * 3 <= scratch.length) return encoder.encodeInto(text, scratch).written;
  return encoder.encode(text).length;
}
