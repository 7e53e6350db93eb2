import { type KeyObject, createHmac, createSecretKey, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { type Clock, type Digest, type EqualBytes, type Hmac, MICROS_PER_MS } from "@leverframe/kernel";

/** What the domain is handed instead of reaching for the machine itself. */
export const systemClock: Clock = { nowMicros: () => Date.now() * MICROS_PER_MS };

export const sha256: Digest = (data) => hash("sha256", data, "hex");

/** Key objects by key: making one costs twice as much as the HMAC of a permit. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

export const hmacSha256: Hmac = (key, data) => {
  let keyObject = keyObjects.get(key);
  if (keyObject === undefined) keyObjects.set(key, (keyObject = createSecretKey(key)));
  return createHmac("sha256", keyObject).update(data).digest();
};

export const equalBytes: EqualBytes = (a, b) => a.length === b.length && timingSafeEqual(a, b);

/** UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, the rest random. */
export function uuidv7(nowMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
