import { newTraceparent, traceparentOf } from "./traceparent";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("traceparent", () => {
  test("a well-formed header is passed on as it is", () => {
    const header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect(traceparentOf(bytes(header))).toBe(header);
  });

  test.each([
    ["absent", undefined],
    ["empty", ""],
    ["of zeros", `00-${"0".repeat(32)}-b7ad6b7169203331-01`],
    ["in capitals", "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01"],
    ["of another version", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
    ["too long", `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01${"x".repeat(9_999)}`],
  ])("one that is %s is not", (_, header) => {
    expect(traceparentOf(header === undefined ? undefined : bytes(header))).toBeNull();
  });

  test("new ones are well formed and all different, also beyond one pool of randomness", () => {
    const made = Array.from({ length: 500 }, newTraceparent);
    expect(new Set(made).size).toBe(500);
    for (const one of made) expect(traceparentOf(bytes(one))).toBe(one);
  });
});
