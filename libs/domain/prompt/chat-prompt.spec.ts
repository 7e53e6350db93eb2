import { imagesOf, promptTexts, readChatPrompt, writeChatPrompt } from "./index";

const PIXEL = "iVBORw0KGgo=";
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const user = { role: "user", content: "hello" };

describe("a prompt in the chat format", () => {
  const full = {
    messages: [
      { role: "system", content: "be brief" },
      { role: "user", content: [{ type: "text", text: "what is this?" }, { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } }] },
      { role: "assistant", content: "", tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: '{"at":"it"}' } }] },
      { role: "tool", content: "a cat", tool_call_id: "c1" },
    ],
    tools: [{ type: "function", function: { name: "look", description: "looks", parameters: { type: "object" } } }],
    tool_choice: { type: "function", function: { name: "look" } },
  };

  it("keeps tools, calls, results and images through reading and writing", () => {
    const prompt = readChatPrompt(bytesOf(full));
    expect(prompt.messages[2]?.toolCalls).toEqual([{ id: "c1", name: "look", arguments: '{"at":"it"}' }]);
    expect(prompt.messages[3]).toEqual({ role: "tool", content: "a cat", toolCallId: "c1" });
    expect(prompt.toolChoice).toEqual({ name: "look" });
    expect(imagesOf(prompt)).toEqual([{ mediaType: "image/png", data: PIXEL }]);
    expect(JSON.parse(new TextDecoder().decode(writeChatPrompt(prompt)))).toEqual(full);
    expect(readChatPrompt(writeChatPrompt(prompt))).toEqual(prompt);
  });

  it("I7 shows every text that a model will read, arguments and descriptions of tools included", () => {
    expect(promptTexts(readChatPrompt(bytesOf(full)))).toEqual(["be brief", "what is this?", "", '{"at":"it"}', "a cat", "looks"]);
  });

  it("takes text parts as one text", () => {
    const message = { role: "user", content: [{ type: "text", text: "a" }, { type: "text", text: "b" }] };
    expect(readChatPrompt(bytesOf({ messages: [message] })).messages[0]).toEqual({ role: "user", content: "a\nb" });
  });

  it.each([
    ["an image by address", { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://example.org/a.png" } }] }] }, "messages[0].content[0].image_url.url: `https://example.org/a.png`, expected `data:"],
    ["an image of another type", { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/svg+xml;base64,AA==" } }] }] }, "media type `image/svg+xml`, expected one of image/png"],
    ["an image that is no base64", { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,a b" } }] }] }, "expected base64 without line breaks"],
    ["an image in a system message", { messages: [{ role: "system", content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } }] }] }, "images are taken from user and tool messages alone"],
    ["a part of another kind", { messages: [{ role: "user", content: [{ type: "video" }] }] }, "content[0].type: `video`, expected `text`"],
    ["a result without the call's id", { messages: [{ role: "tool", content: "x" }] }, "tool_call_id: expected the id"],
    ["calls by a user", { messages: [{ ...user, tool_calls: [{}] }] }, "tool_calls: only an assistant's"],
    ["arguments that are no text", { messages: [{ role: "assistant", tool_calls: [{ id: "1", function: { name: "f", arguments: {} } }] }] }, "function.arguments: expected JSON as text"],
    ["a tool's odd name", { messages: [user], tools: [{ type: "function", function: { name: "a b" } }] }, "tools[0].function.name: `a b`, expected 1 to 64"],
    ["a tool of another kind", { messages: [user], tools: [{ type: "retrieval" }] }, "tools[0].type: `retrieval`, expected `function`"],
    ["a choice that is not declared", { messages: [user], tool_choice: { type: "function", function: { name: "f" } } }, "prompt.tool_choice: `f`, expected auto"],
  ])("refuses %s", (_name, prompt, expected) => {
    expect(() => readChatPrompt(bytesOf(prompt))).toThrow(expected);
  });
});
