import type { ToolCall } from "@leverframe/prompt";
import { promptDigest } from "../../test/support/simulator";
import type { Bench } from "./provider.conformance";
import { answeredBy, TIMETABLE, TOOLS, WEATHER } from "./testing/conversations";

/** As another provider may have made it, in a turn that this one is told of: too long for some, with signs that others refuse. */
const FOREIGN: readonly ToolCall[] = [
  { id: "call_0123456789abcdefghijklmnopqrstuvwxyzABCDEF", name: WEATHER.name, arguments: '{"city":"Bern"}' },
  { id: "functions.find-train:1", name: TIMETABLE.name, arguments: '{"from":"Bern"}' },
];

/** Tools, the calls that a model makes of them, and what they said. */
export function describeTools({ api, simulator, features, given, ask, failing }: Bench): void {
  given("tools", "offers tools, and answers in words where none is needed", async () => {
    const answer = await ask("Hello", { tools: TOOLS });
    expect(simulator().calls[0]?.tools).toBe(2);
    expect(answer.text).not.toBe("");
    expect(answer).not.toHaveProperty("toolCalls");
    expect(answer.finishReason).toBe("stop");
  });

  given("tools", "hands on a call of a tool, its arguments as the model wrote them", async () => {
    const { toolCalls, finishReason, refused } = await ask("[[sim:tools]] Will it rain in Bern?", { tools: TOOLS });
    expect({ finishReason, refused }).toEqual({ finishReason: "tool_calls", refused: false });
    expect(toolCalls).toEqual([{ id: expect.stringMatching(/^[\w-]{4,40}$/), name: WEATHER.name, arguments: expect.any(String) }]);
    expect(JSON.parse(toolCalls![0]!.arguments)).toEqual({ city: expect.any(String) });
  });

  given("tools", "hands on several calls at once, each with an id of its own, and the words before them", async () => {
    const { toolCalls = [], text } = await ask("[[sim:tools=3]] Will it rain, and when does the train leave?", { tools: TOOLS });
    expect(toolCalls.map(({ name }) => name)).toEqual([WEATHER.name, TIMETABLE.name, WEATHER.name]);
    expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(3);
    expect(text).not.toBe("");
  });

  given("tools", "brings the results back to the calls that they answer", async () => {
    const question = "Will it rain, and when does the train leave?";
    const { toolCalls = [] } = await ask(`[[sim:tools=2]] ${question}`, { tools: TOOLS });
    const messages = answeredBy(question, toolCalls, ['{"rain":true}', "10:02"]);
    const answer = await ask("", { messages, tools: TOOLS });
    expect(answer).toMatchObject({ finishReason: "stop", text: expect.stringMatching(/./) });
    expect(simulator().calls[1]?.promptDigest).toBe(promptDigest(messages.map(({ content }) => content)));
  });

  given("tools", "goes on with a conversation that another provider began", async () => {
    const messages = answeredBy("Will it rain?", FOREIGN, ["yes", "no train"]);
    expect((await ask("", { messages, tools: TOOLS })).finishReason).toBe("stop");
    // Also where no tool is offered any more.
    expect((await ask("", { messages: [...messages, { role: "assistant", content: "Yes." }, { role: "user", content: "Thanks" }] })).text).not.toBe("");
  });

  given("toolChoice", "makes the model use a tool, one tool, or none", async () => {
    const required = await ask("Hello", { tools: TOOLS, toolChoice: "required" });
    expect(required.toolCalls).toHaveLength(1);
    const named = await ask("Hello", { tools: TOOLS, toolChoice: { name: TIMETABLE.name } });
    expect(named).toMatchObject({ finishReason: "tool_calls", toolCalls: [{ name: TIMETABLE.name }] });
    expect(await ask("[[sim:tools]] Hello", { tools: TOOLS, toolChoice: "none" })).not.toHaveProperty("toolCalls");
    const messages = answeredBy("[[sim:tools]] Will it rain?", FOREIGN, ["yes", "no train"]);
    expect(await ask("", { messages, tools: TOOLS, toolChoice: "none" })).not.toHaveProperty("toolCalls");
  });

  given("tools", "counts what tools cost as part of the input", async () => {
    const without = await ask("Hello");
    const offered = await ask("Hello", { tools: TOOLS });
    expect(offered.usage!.inputTokens).toBeGreaterThan(without.usage!.inputTokens);
    expect(offered.usage!.inputTokens).toBe(simulator().calls[1]?.usage.input);
  });

  if (features.tools.support === "no") {
    it(`${api}: sends no tool to an API that has none`, async () => {
      for (const changes of [{ tools: TOOLS }, { messages: answeredBy("Hi", FOREIGN, []) }]) {
        expect(await failing("Hello", changes)).toMatchObject({ kind: "bad_request", billed: "no", message: expect.stringContaining("tools") });
      }
      expect(simulator().calls).toEqual([]);
    });
  }
}
