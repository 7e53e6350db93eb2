import { AppError } from "@leverframe/kernel";

/** A secret of the permit gate and the executor. `kid` is public and stands on every permit. */
export interface PermitKey {
  readonly kid: string;
  readonly key: Uint8Array;
}

/** Signs with one key, accepts several: a rotation adds the new key everywhere, signs with it, then drops the old one. */
export interface KeyRing {
  readonly signing: PermitKey;
  readonly byKid: ReadonlyMap<string, Uint8Array>;
}

/** As long as the HMAC's output: a shorter key would be the weakest part. */
const KEY_BYTES_MIN = 32;
const KEYS_MAX = 16;
const KID = /^[A-Za-z0-9._-]{1,64}$/;

/** The ring of the key that signs and those that are still accepted. Throws `bad_config` on a key that cannot be used. */
export function createKeyRing(signing: PermitKey, accepted: readonly PermitKey[] = []): KeyRing {
  const keys = [signing, ...accepted];
  if (keys.length > KEYS_MAX) {
    throw new AppError("bad_config", `permit key ring: ${keys.length} keys; expected at most ${KEYS_MAX}`);
  }
  const byKid = new Map<string, Uint8Array>();
  for (const { kid, key } of keys) {
    if (!KID.test(kid)) {
      throw new AppError("bad_config", `permit key id \`${kid}\`; expected 1 to 64 letters, digits, dots, dashes`);
    }
    if (byKid.has(kid)) throw new AppError("bad_config", `permit key id \`${kid}\` stands twice; expected each id once`);
    if (key.length < KEY_BYTES_MIN) {
      throw new AppError("bad_config", `permit key \`${kid}\` has ${key.length} bytes; expected at least ${KEY_BYTES_MIN}`);
    }
    byKid.set(kid, key);
  }
  return { signing, byKid };
}
