import { canonicalJson, type Json } from "@leverframe/kernel";
import { encodePermit, readPermit } from "./index";
import { permitOf } from "./testing/permits";

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
/** Every obligation says something. */
const SPEAKING = permitOf({ obligations: { ...permitOf().obligations, deferSecondsMax: 3_600, hedge: true, hedgeAfterMs: 800, requestsPerMinuteMax: 30, noFallbackOn: ["quality", "timeout"], prune: true } });
const plain = () => JSON.parse(new TextDecoder().decode(encodePermit(permitOf()))) as Record<string, unknown>;

describe("the permit's bytes", () => {
  it("I6 are canonical JSON, nano-dollars as decimal strings", () => {
    const withStrings = JSON.parse(
      JSON.stringify(SPEAKING, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)),
    ) as Json;
    expect(new TextDecoder().decode(encodePermit(SPEAKING))).toBe(canonicalJson(withStrings));
  });

  it("I6 stay what they were where none of the later obligations says anything", () => {
    const { obligations } = plain() as { obligations: object };
    expect(Object.keys(obligations)).toEqual([
      "auditTags", "cache", "checks", "costNanoUsdMax", "escalationsMax", "fallbackOnRefusal", "humanReview", "latencyMsMax",
      "outputTokensMax", "qualityFloor", "redact", "responsePolicies", "retentionDaysMax", "streaming",
    ]);
    expect(readPermit(encodePermit(permitOf())).obligations).toMatchObject({ deferSecondsMax: null, hedge: false, hedgeAfterMs: null, noFallbackOn: [], prune: false });
    expect(readPermit(encodePermit(SPEAKING))).toEqual(SPEAKING);
  });

  it("read back as the same permit, and a second read gives the same object", () => {
    const body = encodePermit(permitOf());
    expect(readPermit(body)).toEqual(permitOf());
    expect(readPermit(body)).toBe(readPermit(body));
    expect(readPermit(encodePermit(permitOf({ route: null, candidates: [], state: {} }))).route).toBeNull();
  });

  it("that are not JSON are refused", () => {
    for (const body of [new Uint8Array(0), encode("x").subarray(1), Uint8Array.of(0xff, 0xfe)]) {
      expect(() => readPermit(body)).toThrow(expect.objectContaining({ code: "permit_invalid" }));
    }
  });

  it("lacking any field are refused, naming it", () => {
    for (const name of Object.keys(plain())) {
      const body = plain();
      delete body[name];
      expect(() => readPermit(encode(body))).toThrow(`\`permit.${name}\` is missing`);
    }
  });

  it("with a field more are refused, naming it", () => {
    expect(() => readPermit(encode({ ...plain(), admin: true }))).toThrow("`permit.admin` is `true`; expected no such field");
    const obligations = { ...(plain()["obligations"] as object), more: 1 };
    expect(() => readPermit(encode({ ...plain(), obligations }))).toThrow("`obligations.more`");
  });

  it.each([
    ["candidates", [{ id: "x" }]],
    ["candidates", { 0: {} }],
    ["expiresAt", "1760000060000000"],
    ["expiresAt", 1e300],
    ["rules", [1]],
    ["state", { a: 1 }],
    ["obligations", null],
    ["tenant", null],
  ])("whose `%s` has another shape (%j) are refused", (name, value) => {
    expect(() => readPermit(encode({ ...plain(), [name]: value }))).toThrow(expect.objectContaining({ code: "permit_invalid" }));
  });

  it("with a price that is no whole number of nano-dollars are refused", () => {
    for (const price of ["-1", "1.5", "01", "", "1e9", 5]) {
      const candidates = [{ id: "a", region: "eu", inputNanoUsdMax: price, outputNanoUsdMax: "1", preference: 0 }];
      expect(() => readPermit(encode({ ...plain(), candidates }))).toThrow("inputNanoUsdMax");
    }
  });
});
