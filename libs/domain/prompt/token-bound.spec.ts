import fc from "fast-check";
import { inputTokensBound, readChatPrompt, writeChatPrompt } from "./index";

describe("the bound of input tokens", () => {
  it("is never below the UTF-8 bytes of all messages and the schema", () => {
    const message = fc.record({ role: fc.constantFrom("user" as const, "system" as const), content: fc.string({ unit: "binary", maxLength: 3_000 }) });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), fc.option(fc.string()), (messages, schema) => {
        const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), Buffer.byteLength(schema ?? ""));
        expect(inputTokensBound({ messages }, schema)).toBeGreaterThanOrEqual(bytes + messages.length);
      }),
    );
  });

  it("reads what it wrote", () => {
    const prompt = { messages: [{ role: "user" as const, content: "grüße 👋" }] };
    expect(readChatPrompt(writeChatPrompt(prompt))).toEqual(prompt);
  });
});
