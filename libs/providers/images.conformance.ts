import type { Bench } from "./provider.conformance";
import { answeredBy, PNG, TOOLS, withImage } from "./testing/conversations";

/** Pictures that travel in the prompt. */
export function describeImages({ api, simulator, features, given, ask, failing }: Bench): void {
  given("images", "sends a picture beside its text, and counts it as input", async () => {
    const { text, usage } = await ask("", { messages: withImage("What is this?") });
    const [call] = simulator().calls;
    expect(call).toMatchObject({ status: 200, images: 1 });
    expect(text).not.toBe("");
    expect(usage?.inputTokens).toBe(call?.usage.input);
  });

  const inResults = answeredBy("What is this?", [{ id: "toolu_1", name: TOOLS[0]!.name, arguments: "{}" }], ["see"]).map((message) =>
    message.role === "tool" ? { ...message, parts: [{ type: "text", text: "see" }, { type: "image", image: PNG }] as const } : message,
  );
  given(["images", "toolImages"], "sends a picture that is the result of a tool", async () => {
    await ask("", { messages: inResults, tools: TOOLS });
    expect(simulator().calls).toMatchObject([{ status: 200, images: 1 }]);
  });

  const refused = [...(features.images.support === "no" ? [withImage("What is this?")] : []), ...(features.toolImages.support === "no" ? [inResults] : [])];
  if (refused.length === 0) return;
  it.each(refused.map((messages) => [messages]))(`${api}: sends no picture where the API takes none`, async (messages) => {
    expect(await failing("", { messages, tools: TOOLS })).toMatchObject({ kind: "bad_request", billed: "no" });
    expect(simulator().calls).toEqual([]);
  });
}
