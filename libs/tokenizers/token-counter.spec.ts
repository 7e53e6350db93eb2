import { utf8Length } from "@leverframe/prompt";
import fc from "fast-check";
import { loadEncoding } from "./encodings";
import { createTokenCounter } from "./index";
import { takesLong } from "./merge-work";
import { slicesOf } from "./text-slices";

const count = createTokenCounter();
const word = fc.stringMatching(/^[a-zA-Zäéж漢'’]{1,12}$/);
const gap = fc.constantFrom(" ", "  ", "\n", "\n\n", " \n ", ", ", "'s ", " 1234 ", "，", "。\n", "/\n", "!\n", "\r\n", "\t");
const text = fc.array(fc.tuple(word, gap), { maxLength: 60 }).map((parts) => parts.flat().join(""));

describe("an exact count", () => {
  it.each([
    ["o200k_base", "hello world", 2],
    ["cl100k_base", "hello world", 2],
    ["o200k_base", "Grüße aus Köln", 5],
    ["o200k_base", "", 0],
  ] as const)("%s of `%s` is %s", async (tokenizer, given, tokens) => {
    expect(await count(tokenizer, given)).toBe(tokens);
  });

  it("takes a command of the template for a text as any other", async () => {
    expect(await count("o200k_base", "<|endoftext|>")).toBeGreaterThan(1);
  });

  it.each(["o200k_base", "cl100k_base"] as const)("of %s adds up over slices, wherever they are cut", async (tokenizer) => {
    const encoding = await loadEncoding(tokenizer);
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 40 }), async (given, charactersMin) => {
        const slices = [...slicesOf(given, charactersMin)];
        expect(slices.join("")).toBe(given);
        expect(slices.reduce((sum, slice) => sum + encoding(slice), 0)).toBe(encoding(given));
      }),
      { numRuns: 500 },
    );
  });

  it("I2 no unfunded call: is never above the bytes, of any text at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 2_000 }), async (given) => {
        const tokens = await count("o200k_base", given);
        expect(tokens).toBeLessThanOrEqual(utf8Length(given));
        expect(tokens > 0).toBe(given.length > 0);
      }),
    );
  });
});

describe("a text that would take long to count", () => {
  const never = createTokenCounter(() => Promise.resolve(() => Number.NaN));

  it.each([
    ["letters without end", "a".repeat(100_000), 100_000],
    ["letters of two scripts in turn", "aж".repeat(50_000), 150_000],
    ["spaces", " ".repeat(100_000), 100_000],
    ["signs", "!".repeat(100_000), 100_000],
    ["a run in the midst of a text", `before ${"x".repeat(1_000)} after`, 1_013],
    ["many words that are too long", "abcdefgh".repeat(20).concat(" ").repeat(500), 80_500],
    ["a text beyond every record", "to be ".repeat(400_000), 2_400_000],
  ])("is taken at its bytes: %s", async (_name, given, bytes) => {
    expect(await never("o200k_base", given)).toBe(bytes);
  });

  it.each([
    ["prose", "A lever frame locks the levers that would set conflicting routes. ".repeat(1_000)],
    ["a paragraph of Chinese", "控制台把路线锁住，".repeat(1_000)],
    ["numbers", "1".repeat(5_000)],
    ["one long word in a short text", `the word ${"x".repeat(250)}`],
    ["Thai, which has no spaces between words", "ระบบล็อกคันโยกที่จะตั้งเส้นทางที่ขัดแย้งกัน ".repeat(1_000)],
    ["code", "const routes = sources.flatMap(({ id }) => [...new Set(names(id))]);\n".repeat(1_000)],
  ])("is none of these: %s", (_name, given) => {
    expect(takesLong(given)).toBe(false);
  });

  it("is not what a tokenizer is loaded for, and one that cannot be loaded bounds by bytes until it can", async () => {
    let loads = 0;
    const flaky = createTokenCounter(() => (loads++ === 0 ? Promise.reject(new Error("no table")) : Promise.resolve(() => 1)));
    expect(await flaky("o200k_base", "x".repeat(1_000))).toBe(1_000);
    expect([loads, await flaky("o200k_base", "four"), await flaky("o200k_base", "five"), loads]).toEqual([0, 4, 1, 2]);
  });

  it("is counted once for all who ask", async () => {
    let counted = 0;
    const counting = createTokenCounter(() => Promise.resolve(() => ++counted));
    expect(await Promise.all([counting("o200k_base", "a"), counting("o200k_base", "a"), counting("o200k_base", "b")])).toEqual([1, 1, 2]);
  });
});
