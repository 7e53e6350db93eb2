import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import type { Model } from "@leverframe/catalog";
import fc from "fast-check";
import { type ChatPrompt, countInput, countPrompt, type Image, imageSize, imagesWithin, inputTokensBound, writeChatPrompt } from "./index";

const modelOf = (id: string, more: Partial<Model> = {}): Model => ({
  id, tier: "standard", licence: "commercial", contextTokensMax: 1, outputTokensMax: 1, capabilities: ["vision"], quality: { default: 1 }, ...more,
});
const EXACT = modelOf("exact", { tokenizer: "o200k_base" });
const SEEING = modelOf("seeing", { imageTokens: { tokensMax: 1_600, pixelsPerToken: 750 } });
const words = async (_tokenizer: string, text: string) => (text === "" ? 0 : text.split(" ").length);
const never = () => Promise.reject(new Error("counted"));

const base64 = (...parts: readonly (string | readonly number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string, "latin1"))).toString("base64");
const be = (value: number, bytes: number) => Array.from({ length: bytes }, (_, index) => (value >> (8 * (bytes - 1 - index))) & 255);
const le = (value: number, bytes: number) => be(value, bytes).reverse();

const png = (width: number, height: number): Image => ({
  mediaType: "image/png",
  data: base64([0x89], "PNG\r\n\x1a\n", be(13, 4), "IHDR", be(width, 4), be(height, 4), [8, 2, 0, 0, 0], [...deflateSync(Buffer.alloc(8))]),
});
const gif = (width: number, height: number): Image => ({ mediaType: "image/gif", data: base64("GIF89a", le(width, 2), le(height, 2), [0, 0, 0]) });
const jpeg = (width: number, height: number): Image => ({
  mediaType: "image/jpeg",
  data: base64([0xff, 0xd8, 0xff, 0xe0], be(16, 2), "JFIF\0", new Array(9).fill(0), [0xff, 0xc0], be(11, 2), [8], be(height, 2), be(width, 2), [1, 1, 0x11, 0], new Array(32).fill(0)),
});
const webp = (width: number, height: number): Image => ({
  mediaType: "image/webp",
  data: base64("RIFF", le(30, 4), "WEBP", "VP8X", le(10, 4), [0x10, 0, 0, 0], le(width - 1, 3), le(height - 1, 3)),
});

describe("the size of a picture", () => {
  it.each([["png", png], ["gif", gif], ["jpeg", jpeg], ["webp", webp]] as const)("is read from the header of a %s", (_name, picture) => {
    expect(imageSize(picture(640, 480))).toMatchObject({ width: 640, height: 480 });
  });

  it.each<[string, Image]>([
    ["says that it is something else", { ...png(640, 480), mediaType: "image/jpeg" }],
    ["is cut off", { mediaType: "image/png", data: png(640, 480).data.slice(0, 12) }],
    ["has no pixels", png(0, 480)],
    ["is no picture", { mediaType: "image/gif", data: "aGVsbG8=" }],
  ])("is unknown of one that %s", (_name, picture) => {
    expect(imageSize(picture)).toBeNull();
  });

  it("is unknown, and nothing worse, of any bytes at all", () => {
    const mediaType = fc.constantFrom("image/png" as const, "image/jpeg" as const, "image/webp" as const, "image/gif" as const);
    fc.assert(
      fc.property(mediaType, fc.uint8Array({ maxLength: 300 }), fc.constantFrom("", png(9, 9).data, jpeg(9, 9).data), (type, bytes, head) => {
        const size = imageSize({ mediaType: type, data: (head + Buffer.from(bytes).toString("base64")).replaceAll("=", "") });
        expect(size === null || (size.width > 0 && size.height > 0)).toBe(true);
      }),
    );
  });
});

const text: ChatPrompt = { messages: [{ role: "user", content: "one two three four" }] };
const pictured = (...images: Image[]): ChatPrompt => ({ messages: [{ role: "user", content: "look", parts: [{ type: "text", text: "look" }, ...images.map((image) => ({ type: "image", image }) as const)] }] });

describe("the tokens of a prompt at a model", () => {
  it("are counted where the model has a tokenizer, and only there", async () => {
    expect(await countInput([EXACT, SEEING], text, null, words)).toEqual(new Map([["exact", 64 + 16 + 4]]));
    expect(inputTokensBound(text, null)).toBe(64 + 16 + 18);
  });

  it("have schemas and declarations of tools at their bytes", async () => {
    const asked: ChatPrompt = {
      messages: [{ role: "assistant", content: "", toolCalls: [{ id: "id", name: "look", arguments: '{"at": 1}' }] }, { role: "tool", content: "a b", toolCallId: "id" }],
      tools: [{ name: "look", description: "looks around", parameters: { type: "object" } }],
    };
    const tool = JSON.stringify(asked.tools?.[0]).length + 32;
    expect((await countInput([EXACT], asked, "{}", words)).get("exact")).toBe(64 + (2 + 64) + (16 + 2 + 4 + 2 + 32) + (2 + 2 + 16) + tool);
  });

  it.each([
    ["by its pixels", png(750, 100), 100],
    ["at most what the model makes of any", jpeg(9_999, 9_999), 1_600],
    ["at that, where its size is unknown", { mediaType: "image/png", data: "AAAA" } as Image, 1_600],
  ])("have a picture %s", async (_name, image, tokens) => {
    expect((await countInput([SEEING], pictured(image), null, never)).get("seeing")).toBe(64 + 16 + 16 + 4 + tokens);
  });

  it("hold no more pictures than the bound for any model has room for", () => {
    for (const count of [0, 1, 3]) expect(imagesWithin(inputTokensBound(pictured(...Array.from({ length: count }, () => png(1, 1))), null))).toBe(count);
  });

  it("are not counted of a prompt that cannot be read", async () => {
    expect(await countPrompt([EXACT], { prompt: new Uint8Array([1]), outputSchema: null }, never)).toEqual(new Map());
    expect(await countPrompt([EXACT], { prompt: writeChatPrompt(text), outputSchema: null }, words)).toEqual(new Map([["exact", 84]]));
  });

  it("I2 no unfunded call: a count never exceeds the bound for any model, whatever the counter says", async () => {
    const content = fc.string({ unit: "binary", maxLength: 200 });
    const message = fc.oneof(
      fc.record({ role: fc.constant("user" as const), content }),
      content.map((given) => ({ role: "assistant" as const, content: given, toolCalls: [{ id: "i", name: "n", arguments: given }] })),
      fc.constantFrom(png(10, 10), png(5_000, 5_000)).map((image) => pictured(image).messages[0]!),
    );
    const model = { ...EXACT, imageTokens: { tokensMax: 1_000_000, tilePixels: 1 } };
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 10_000 }), async (messages, claimed) => {
        const counted = (await countInput([model], { messages }, null, async () => claimed)).get("exact") ?? Infinity;
        expect(counted).toBeLessThanOrEqual(inputTokensBound({ messages }, null));
      }),
    );
  });
});
