import { randomFillSync } from "node:crypto";

/** A W3C trace context (level 1) of version 00: `00-<trace id>-<span id>-<flags>`. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACEPARENT_BYTES = 55;
const ID_BYTES = 24;

const pool = Buffer.alloc(ID_BYTES * 128);
let used = pool.length;

/** The header's value when it is well formed, else null: it comes from outside. */
export function traceparentOf(header: Uint8Array | undefined): string | null {
  if (header === undefined || header.length !== TRACEPARENT_BYTES) return null;
  const text = Buffer.from(header.buffer, header.byteOffset, header.length).toString("latin1");
  return TRACEPARENT.test(text) ? text : null;
}

/** A new trace that nobody records yet (flags 00), so that the stages of one request can be told to belong together. */
export function newTraceparent(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString("hex", used, (used += ID_BYTES));
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-00`;
}
