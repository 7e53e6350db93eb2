import type { ProviderDelta } from "@leverframe/execution";
import { type Simulator, startSimulator } from "../../test/support/simulator";
import { createAdapters } from "./adapters";
import { assembled } from "./streaming.conformance";
import { callOf, deploymentAt, NEVER } from "./testing/calls";
import { answeredBy, TOOLS, withImage } from "./testing/conversations";

/** vLLM, Ollama, llama.cpp: an address and no key in the catalog, nothing else. */
describe("a server that speaks OpenAI's wire in its own way, by configuration alone", () => {
  let simulator: Simulator;
  const adapters = createAdapters({ environment: {} });
  beforeAll(async () => (simulator = await startSimulator()));
  afterAll(async () => {
    await simulator.close();
    await adapters.close();
  });
  beforeEach(() => simulator.reset());

  const ask = (content: string, changes: Parameters<typeof callOf>[2] = {}) => {
    const told = deploymentAt("openai", `${simulator.url}/_compatible/v1`, "qwen3:8b");
    const deployment = { ...told, provider: { ...told.provider, apiKeyEnv: null, settings: {} } };
    return adapters.adapterOf(deployment).call(callOf(deployment, content, changes), NEVER);
  };
  const streamed = async (content: string, changes: Parameters<typeof callOf>[2] = {}) => {
    const deltas: ProviderDelta[] = [];
    return { answer: await ask(content, { ...changes, onDelta: (delta) => void deltas.push(delta) }), told: assembled(deltas) };
  };

  it("answers without a key, a usage or an id, and keeps its thoughts to itself", async () => {
    const answer = await ask("Name three colours.");
    expect(answer).toMatchObject({ usage: null, providerRequestId: null, rateLimit: null, region: null, finishReason: "stop", model: "qwen3:8b" });
    expect(answer.text).not.toContain("Weighing");
    expect((await streamed("Name three colours.")).answer).toEqual(answer);
  });

  it("streams the same answer", async () => {
    const { answer, told } = await streamed("Write an essay about railway signalling.");
    expect(told).toEqual({ text: answer.text, toolCalls: [] });
    expect(answer).toEqual(await ask("Write an essay about railway signalling."));
  });

  it("makes the ids of tool calls that it does not give, the same in a stream, and takes them back", async () => {
    const changes = { tools: TOOLS, attemptId: "attempt-1" };
    const { toolCalls = [] } = await ask("[[sim:tools=2]] Will it rain?", changes);
    expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2);
    const { answer, told } = await streamed("[[sim:tools=2]] Will it rain?", changes);
    expect(told.toolCalls).toEqual(toolCalls);
    expect(answer.toolCalls).toEqual(toolCalls);
    expect((await ask("", { messages: answeredBy("Will it rain?", toolCalls, ["yes", "10:02"]), tools: TOOLS })).finishReason).toBe("stop");
  });

  it("takes pictures and schemas", async () => {
    await ask("", { messages: withImage("What is this?") });
    expect(simulator.calls[0]).toMatchObject({ images: 1, status: 200 });
    const outputSchema = '{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}';
    expect(JSON.parse((await streamed("Who?", { outputSchema })).answer.text)).toEqual({ name: expect.any(String) });
  });

  it.each([
    ["stream-error", "unavailable"],
    ["malformed", "malformed_output"],
    ["cut=0.5", "connection"],
  ])("tells a stream that breaks (%s) as %s", async (marker, kind) => {
    expect(await streamed(`[[sim:${marker}]] Write an essay about railway signalling.`).catch((thrown) => thrown)).toMatchObject({ kind });
  });
});
