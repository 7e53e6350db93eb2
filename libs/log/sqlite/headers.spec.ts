import fc from "fast-check";
import { decodeHeaders, encodeHeaders } from "./headers";

describe("stored headers", () => {
  it("come back as they were, whatever their names and bytes", () => {
    const names = fc.oneof(fc.string({ unit: "grapheme", maxLength: 20 }), fc.constantFrom("__proto__", "constructor", "toString"));
    fc.assert(
      fc.property(fc.dictionary(names, fc.uint8Array({ maxLength: 50 })), (headers) => {
        const back = decodeHeaders(encodeHeaders(headers));
        expect(Object.keys(back).sort()).toEqual(Object.keys(headers).sort());
        for (const name in headers) expect(Buffer.from(back[name]!)).toEqual(Buffer.from(headers[name]!));
      }),
    );
  });

  it("take no space when there are none, and refuse a name that cannot be stored", () => {
    expect([encodeHeaders(undefined), encodeHeaders({})]).toEqual([null, null]);
    expect(() => encodeHeaders({ ["n".repeat(70_000)]: new Uint8Array(0) })).toThrow("header name of 70000 bytes");
  });
});
