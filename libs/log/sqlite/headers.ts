import { AppError } from "@leverframe/kernel";
import { setHeader } from "../set-header";

type Headers = Readonly<Record<string, Uint8Array>>;

const NO_HEADERS: Headers = Object.freeze({});
const LENGTHS = 6;

/** Headers as one blob: for each a 2-byte name length, a 4-byte value length (little-endian), name, value. Null for none. */
export function encodeHeaders(headers: Headers | undefined): Buffer | null {
  if (headers === undefined) return null;
  let size = 0;
  for (const name in headers) size += LENGTHS + Buffer.byteLength(name) + headers[name]!.length;
  if (size === 0) return null;
  const blob = Buffer.allocUnsafe(size);
  let at = 0;
  for (const name in headers) {
    const value = headers[name]!;
    const nameLength = blob.write(name, at + LENGTHS);
    if (nameLength > 0xffff) throw new AppError("bad_input", `header name of ${nameLength} bytes, expected at most 65535`);
    blob.writeUInt16LE(nameLength, at);
    blob.writeUInt32LE(value.length, at + 2);
    blob.set(value, at + LENGTHS + nameLength);
    at += LENGTHS + nameLength + value.length;
  }
  return blob;
}

export function decodeHeaders(blob: Uint8Array | null): Headers {
  if (blob === null) return NO_HEADERS;
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.length);
  const headers: Record<string, Uint8Array> = {};
  for (let at = 0; at < bytes.length; ) {
    const valueAt = at + LENGTHS + bytes.readUInt16LE(at);
    const end = valueAt + bytes.readUInt32LE(at + 2);
    setHeader(headers, bytes.toString("utf8", at + LENGTHS, valueAt), bytes.subarray(valueAt, end));
    at = end;
  }
  return headers;
}
