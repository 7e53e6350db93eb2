import { crc32 } from "node:zlib";
import type { Framing } from "./read-stream";
import { TransportError } from "./transport";

export interface AwsEvent {
  /** `event`, `exception` or `error`. */
  readonly kind: string;
  /** What the event or the exception is called. */
  readonly name: string;
  readonly payload: string;
}

/** Total length, length of the headers, checksum of both. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** The services' own limit is 24 MB; no event of a model comes near. */
const FRAME_BYTES_MAX = 16 * 1024 * 1024;
const STRING = 7;
/** Bytes of the values of the other types, by their number; null where a length stands before the value. */
const VALUE_BYTES: readonly (number | null)[] = [0, 0, 1, 2, 4, 8, null, null, 8, 16];

/**
 * Cuts bytes into events of AWS's binary framing (`application/vnd.amazon.eventstream`), both checksums checked. Throws
 * SyntaxError for bytes that are none.
 */
export class AwsEventReader implements Framing<AwsEvent> {
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;

  push(chunk: Buffer): void {
    this.bytes = this.at === this.bytes.length ? chunk : Buffer.concat([this.bytes.subarray(this.at), chunk]);
    this.at = 0;
  }

  next(): AwsEvent | null {
    const { bytes, at } = this;
    if (bytes.length - at < PRELUDE_BYTES) return null;
    const total = bytes.readUInt32BE(at);
    const headers = bytes.readUInt32BE(at + 4);
    if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) throw new SyntaxError("a frame's prelude does not match its checksum");
    if (total > FRAME_BYTES_MAX) throw new TransportError("RESPONSE_TOO_LARGE", true);
    if (bytes.length - at < total) return null;
    const checked = at + total - CHECKSUM_BYTES;
    if (crc32(bytes.subarray(at, checked)) !== bytes.readUInt32BE(checked)) throw new SyntaxError("a frame does not match its checksum");
    this.at = at + total;
    const payloadAt = at + PRELUDE_BYTES + headers;
    const named = readHeaders(bytes, at + PRELUDE_BYTES, payloadAt);
    return { ...named, payload: bytes.toString("utf8", payloadAt, checked) };
  }
}

function readHeaders(bytes: Buffer, from: number, to: number): Pick<AwsEvent, "kind" | "name"> {
  let kind = "";
  let name = "";
  for (let at = from; at < to; ) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const header = bytes.toString("latin1", at + 1, nameEnd);
    const type = bytes.readUInt8(nameEnd);
    const fixed = VALUE_BYTES[type];
    if (fixed === undefined) throw new SyntaxError("a header of a frame has an unknown type");
    const valueAt = nameEnd + (fixed === null ? 3 : 1);
    at = valueAt + (fixed ?? bytes.readUInt16BE(nameEnd + 1));
    if (type !== STRING) continue;
    if (header === ":message-type") kind = bytes.toString("latin1", valueAt, at);
    else if (header === ":event-type" || header === ":exception-type" || header === ":error-code") name = bytes.toString("latin1", valueAt, at);
  }
  return { kind, name };
}
