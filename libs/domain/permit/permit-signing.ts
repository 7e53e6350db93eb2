import type { SignedPermit } from "@leverframe/events";
import { AppError, type EqualBytes, type Hmac } from "@leverframe/kernel";
import type { KeyRing, PermitKey } from "./key-ring";
import type { Permit } from "./permit";
import { parsePermit } from "./permit-encoding";

/** What the call about to be made is; a permit for anything else is refused. */
export interface PermitExpectation {
  readonly requestId: string;
  readonly tenant: string;
  /** sha256 of prompt and parameters, recomputed by the caller where it can be. */
  readonly requestDigest: string;
  readonly nowMicros: number;
}

/** The permit's exact bytes under HMAC-SHA256. */
export function signPermit(body: Uint8Array, key: PermitKey, hmac: Hmac): SignedPermit {
  return { kid: key.kid, body, signature: hmac(key.key, body) };
}

/**
 * The permit, if it was signed by a key of the ring and is for this very request, now. Else throws `permit_invalid`
 * naming the cause. The signature is checked before a byte of the body is parsed.
 */
export function verifyPermit(
  signed: SignedPermit,
  ring: KeyRing,
  hmac: Hmac,
  equal: EqualBytes,
  expectation: PermitExpectation,
): Permit {
  const key = ring.byKid.get(signed.kid);
  if (!key) throw invalid(`key id \`${signed.kid}\` is unknown; expected ${[...ring.byKid.keys()].join(" or ")}`);
  const signature = hmac(key, signed.body);
  if (signature.length !== signed.signature.length || !equal(signature, signed.signature)) {
    throw invalid(`the signature does not match the body under key \`${signed.kid}\``);
  }
  const permit = parsePermit(signed.body);
  same("request id", permit.requestId, expectation.requestId);
  same("tenant", permit.tenant, expectation.tenant);
  same("request digest", permit.requestDigest, expectation.requestDigest);
  if (expectation.nowMicros > permit.expiresAt) {
    throw invalid(`it expired at ${permit.expiresAt}, ${expectation.nowMicros - permit.expiresAt} µs ago`);
  }
  return permit;
}

function same(field: string, permitted: string, expected: string): void {
  if (permitted !== expected) throw invalid(`${field} is \`${permitted}\`; expected \`${expected}\``);
}

function invalid(cause: string): AppError {
  return new AppError("permit_invalid", `permit refused: ${cause}`);
}
