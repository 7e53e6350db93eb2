import { equalBytes, hmacSha256, sha256, uuidv7 } from "./platform";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("platform", () => {
  test("sha256 and HMAC agree with published vectors (FIPS 180-4, RFC 4231 case 2)", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256(bytes("abc"))).toBe(sha256("abc"));
    const mac = hmacSha256(bytes("Jefe"), bytes("what do ya want for nothing?"));
    expect(Buffer.from(mac).toString("hex")).toBe("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  });

  test("equalBytes tells content and length apart", () => {
    expect(equalBytes(bytes("same"), bytes("same"))).toBe(true);
    expect(equalBytes(bytes("same"), bytes("sane"))).toBe(false);
    expect(equalBytes(bytes("same"), bytes("sam"))).toBe(false);
  });

  test("a version 7 UUID carries its time and is new each time", () => {
    const id = uuidv7(0x0123456789ab);
    expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(Array.from({ length: 1_000 }, () => uuidv7())).size).toBe(1_000);
  });
});
