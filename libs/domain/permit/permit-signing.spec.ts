import fc from "fast-check";
import type { SignedPermit } from "@leverframe/events";
import { createKeyRing, encodePermit, type PermitKey, signPermit, verifyPermit } from "./index";
import { equal, hmac, permitOf } from "./testing/permits";

const oldKey: PermitKey = { kid: "2026-10", key: new Uint8Array(32).fill(1) };
const newKey: PermitKey = { kid: "2026-11", key: new Uint8Array(32).fill(2) };
const ring = createKeyRing(newKey, [oldKey]);
const permit = permitOf();
const expectation = { requestId: "r1", tenant: "acme", requestDigest: "d1", nowMicros: permit.issuedAt };
const signed = signPermit(encodePermit(permit), newKey, hmac);

const verify = (given: SignedPermit, changes: Partial<typeof expectation> = {}, keys = ring) =>
  verifyPermit(given, keys, hmac, equal, { ...expectation, ...changes });

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

describe("I1 no forbidden call: a permit", () => {
  it("that was signed for this request is accepted until it expires", () => {
    expect(verify(signed)).toEqual(permit);
    expect(verify(signed, { nowMicros: permit.expiresAt })).toEqual(permit);
  });

  it("with any single bit of its body flipped is refused", () => {
    for (let bit = 0; bit < signed.body.length * 8; bit++) {
      expect(() => verify({ ...signed, body: flipped(signed.body, bit) })).toThrow("signature does not match");
    }
  });

  it("with any single bit of its signature flipped, or cut, or longer, is refused", () => {
    for (let bit = 0; bit < signed.signature.length * 8; bit++) {
      expect(() => verify({ ...signed, signature: flipped(signed.signature, bit) })).toThrow("signature does not match");
    }
    for (const length of [0, 1, 31]) {
      expect(() => verify({ ...signed, signature: signed.signature.subarray(0, length) })).toThrow("signature does not match");
    }
    expect(() => verify({ ...signed, signature: new Uint8Array([...signed.signature, 0]) })).toThrow("signature does not match");
  });

  it("changed in place after it was accepted is refused", () => {
    const body = Uint8Array.from(signed.body);
    verify({ ...signed, body });
    body[10] = (body[10] as number) ^ 1;
    expect(() => verify({ ...signed, body })).toThrow("signature does not match");
  });

  it("with another candidate, signed by somebody without the key, is refused", () => {
    const forger: PermitKey = { kid: newKey.kid, key: new Uint8Array(32).fill(9) };
    fc.assert(
      fc.property(fc.string(), (id) => {
        const [first, ...others] = permit.candidates;
        const forged = encodePermit(permitOf({ candidates: [{ ...first!, id }, ...others] }));
        expect(() => verify(signPermit(forged, forger, hmac))).toThrow("signature does not match");
      }),
    );
  });

  it.each([
    ["of another request", { requestId: "r2" }, "request id is `r1`; expected `r2`"],
    ["of another tenant", { tenant: "globex" }, "tenant is `acme`; expected `globex`"],
    ["for another prompt", { requestDigest: "d2" }, "request digest is `d1`; expected `d2`"],
    ["that expired", { nowMicros: permit.expiresAt + 1 }, "1 µs ago"],
  ])("%s is refused", (_, changes, message) => {
    expect(() => verify(signed, changes)).toThrow(expect.objectContaining({ code: "permit_invalid", retryable: false }));
    expect(() => verify(signed, changes)).toThrow(message);
  });

  it("with an unknown key id, or that of another key, is refused", () => {
    expect(() => verify({ ...signed, kid: "2026-12" })).toThrow("key id `2026-12` is unknown; expected 2026-11 or 2026-10");
    expect(() => verify({ ...signed, kid: oldKey.kid })).toThrow("signature does not match the body under key `2026-10`");
  });

  it("that is validly signed but no permit is refused", () => {
    const body = new TextEncoder().encode('{"tenant":"acme"}');
    expect(() => verify(signPermit(body, newKey, hmac))).toThrow(expect.objectContaining({ code: "permit_invalid" }));
  });
});

describe("key rotation", () => {
  it("accepts the old key's permits while it stands on the ring, and no longer", () => {
    const earlier = signPermit(encodePermit(permit), oldKey, hmac);
    expect(verify(earlier)).toEqual(permit);
    expect(() => verify(earlier, {}, createKeyRing(newKey))).toThrow("key id `2026-10` is unknown");
  });

  it.each([
    ["a short key", { kid: "a", key: new Uint8Array(31) }, [], "has 31 bytes; expected at least 32"],
    ["an id twice", newKey, [newKey], "stands twice"],
    ["an id with spaces", { kid: "a b", key: newKey.key }, [], "key id `a b`"],
  ])("refuses %s", (_, signing: PermitKey, accepted: PermitKey[], message) => {
    expect(() => createKeyRing(signing, accepted)).toThrow(message);
    expect(() => createKeyRing(signing, accepted)).toThrow(expect.objectContaining({ code: "bad_config" }));
  });
});
