import { request as httpRequest } from "node:http";
import { BedrockRuntimeClient, type BedrockRuntimeClientConfig, ConverseCommand, ConverseStreamCommand, type ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import { GoogleGenAI } from "@google/genai";
import { CohereClientV2 } from "cohere-ai";
import OpenAI from "openai";
import { fetch as plainFetch } from "undici";
import { type Simulator, startSimulator } from "./index";

type RequestHandler = NonNullable<BedrockRuntimeClientConfig["requestHandler"]>;

/** The SDK's own handler speaks HTTP/2 alone, which the simulator does not. */
const OVER_HTTP_1 = {
  handle: ({ method, hostname, port, path, headers, body }: { method: string; hostname: string; port: number; path: string; headers: Record<string, string>; body: string }) =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ method, hostname, port, path, headers }, (response) => resolve({ response: { statusCode: response.statusCode, headers: response.headers, body: response } }));
      request.on("error", reject).end(body);
    }),
  metadata: { handlerProtocol: "http/1.1" },
} as unknown as RequestHandler;

/** The providers' own SDKs read what is simulated: whatever an SDK does not understand, no provider says. */
describe("simulated streams, read by the official SDKs", () => {
  let simulator: Simulator;
  beforeAll(async () => (simulator = await startSimulator({ recorded: false })));
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  const QUESTION = "Explain netting with the sections \"Scope\" and \"Steps\".";
  const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const fn = { name: "get_weather", description: "Weather.", parameters: schema };

  it("Bedrock: the binary framing with its checksums, text, tools, usage, an exception", async () => {
    const client = new BedrockRuntimeClient({ region: "eu-central-1", endpoint: `${simulator.url}/_bedrock`, credentials: { accessKeyId: "AKID", secretAccessKey: "s" }, maxAttempts: 1, requestHandler: OVER_HTTP_1 });
    const ask = (text: string) => ({
      modelId: "claude",
      messages: [{ role: "user" as const, content: [{ text }] }],
      toolConfig: { tools: [{ toolSpec: { name: fn.name, inputSchema: { json: schema as never } } }] },
    });
    const streamed = async (text: string): Promise<ConverseStreamOutput[]> => {
      const events: ConverseStreamOutput[] = [];
      for await (const event of (await client.send(new ConverseStreamCommand(ask(text)))).stream!) events.push(event);
      return events;
    };
    const plain = await client.send(new ConverseCommand(ask(QUESTION)));
    const events = await streamed(QUESTION);
    expect(events.map(({ contentBlockDelta }) => contentBlockDelta?.delta?.text ?? "").join("")).toBe(plain.output?.message?.content?.[0]?.text);
    expect(events.find(({ metadata }) => metadata)?.metadata?.usage).toEqual(plain.usage);
    const calls = await streamed(`[[sim:tools]] ${QUESTION}`);
    expect(JSON.parse(calls.map(({ contentBlockDelta }) => contentBlockDelta?.delta?.toolUse?.input ?? "").join(""))).toEqual({ city: expect.any(String) });
    expect(calls.find(({ messageStop }) => messageStop)?.messageStop?.stopReason).toBe("tool_use");
    await expect(streamed(`[[sim:stream-error]] ${QUESTION}`)).rejects.toMatchObject({ name: "ModelStreamErrorException" });
    client.destroy();
  });

  it("Cohere: text, plan and calls of tools, usage", async () => {
    const client = new CohereClientV2({ token: "k", environment: `${simulator.url}/_cohere` });
    const ask = (content: string) => ({ model: "command-a", messages: [{ role: "user" as const, content }], tools: [{ type: "function" as const, function: fn }] });
    const plain = await client.chat(ask(QUESTION));
    let text = "";
    let ended: unknown;
    for await (const event of await client.chatStream(ask(QUESTION))) {
      if (event.type === "content-delta") text += event.delta?.message?.content?.text ?? "";
      if (event.type === "message-end") ended = { finishReason: event.delta?.finishReason, usage: event.delta?.usage };
    }
    expect(plain.message.content).toEqual([expect.objectContaining({ text })]);
    expect(ended).toEqual({ finishReason: plain.finishReason, usage: plain.usage });
    const seen: string[] = [];
    let input = "";
    for await (const event of await client.chatStream(ask(`[[sim:tools=2]] ${QUESTION}`))) {
      seen.push(event.type);
      if (event.type === "tool-call-delta") input += event.delta?.message?.toolCalls?.function?.arguments ?? "";
    }
    expect([...new Set(seen)]).toEqual(["message-start", "tool-plan-delta", "tool-call-start", "tool-call-delta", "tool-call-end", "message-end"]);
    expect(JSON.parse(`[${input.replace("}{", "},{")}]`)).toEqual([{ city: expect.any(String) }, { city: expect.any(String) }]);
  });

  it.each([
    ["gemini", { vertexai: false, apiKey: "k", apiVersion: "v1beta" }],
    ["vertex", { vertexai: true, project: "p", location: "europe-west4", apiVersion: "v1", googleAuthOptions: { authClient: { getRequestHeaders: async () => new Headers({ authorization: "Bearer t" }) } as never } }],
  ] as const)("%s: text, function calls, usage", async (wire, options) => {
    const client = new GoogleGenAI({ ...options, httpOptions: { baseUrl: `${simulator.url}/_${wire}`, fetch: plainFetch } } as ConstructorParameters<typeof GoogleGenAI>[0]);
    const tools = [{ functionDeclarations: [{ name: fn.name, parametersJsonSchema: schema }] }];
    const ask = (contents: string) => ({ model: "gemini-3-flash", contents, config: { tools, automaticFunctionCalling: { disable: true } } });
    const plain = await client.models.generateContent(ask(QUESTION));
    let text = "";
    let usage: unknown;
    for await (const chunk of await client.models.generateContentStream(ask(QUESTION))) {
      text += chunk.text ?? "";
      usage = chunk.usageMetadata;
    }
    expect(text).toBe(plain.text);
    expect(usage).toEqual(plain.usageMetadata);
    const calls: unknown[] = [];
    for await (const chunk of await client.models.generateContentStream(ask(`[[sim:tools=2]] ${QUESTION}`))) calls.push(...(chunk.functionCalls ?? []));
    expect(calls).toEqual(Array(2).fill({ name: fn.name, args: { city: expect.any(String) } }));
  });

  it.each([
    ["openai", "/v1"],
    ["deepseek", ""],
    ["huggingface", "/v1"],
    ["mistral", "/v1"],
    ["openrouter", "/api/v1"],
    ["perplexity", ""],
    ["compatible", "/v1"],
  ])("%s: chat completions, by the SDK's own accumulator", async (wire, base) => {
    const client = new OpenAI({ baseURL: `${simulator.url}/_${wire}${base}`, apiKey: "k", maxRetries: 0, logLevel: "off" });
    const ask = { model: "m", messages: [{ role: "user" as const, content: QUESTION }] };
    const plain = await client.chat.completions.create(ask);
    let text = "";
    for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) text += chunk.choices[0]?.delta?.content ?? "";
    expect(text).toBe(plain.choices[0]?.message.content);
    if (wire === "perplexity" || wire === "compatible") return;
    const tooled = { ...ask, messages: [{ role: "user" as const, content: `[[sim:tools=2]] ${QUESTION}` }], tools: [{ type: "function" as const, function: fn }] };
    const { choices } = await client.chat.completions.stream(tooled).finalChatCompletion();
    expect(choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { tool_calls: Array(2).fill({ type: "function", function: { name: fn.name } }) } });
  });

  it("stalls in mid-stream and stays open; trickles event by event", async () => {
    const client = new OpenAI({ baseURL: `${simulator.url}/_openai/v1`, apiKey: "k", maxRetries: 0 });
    /** Leaves when nothing has come for so long. */
    const chunks = async (marker: string, silenceMsMax = Infinity): Promise<number> => {
      let count = 0;
      let silence: NodeJS.Timeout | undefined;
      const controller = new AbortController();
      const { signal } = controller;
      const stream = await client.chat.completions.create({ model: "m", messages: [{ role: "user", content: `[[sim:${marker}]] ${QUESTION}` }], stream: true }, { signal });
      for await (const { object } of stream) {
        count += object === "chat.completion.chunk" ? 1 : 0;
        clearTimeout(silence);
        if (silenceMsMax < Infinity) silence = setTimeout(() => controller.abort(), silenceMsMax);
      }
      return count;
    };
    const all = await chunks("trickle=1");
    expect(await chunks("stall", 100)).toBeLessThan(all);
    while (!simulator.calls[1]?.ended) await new Promise(setImmediate);
    const [trickled, stalled] = simulator.calls;
    expect(stalled!.usage.output).toBeLessThan(trickled!.usage.output);
  });
});
