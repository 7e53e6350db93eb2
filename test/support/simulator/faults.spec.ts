import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { anthropic, openAi } from "./clients";
import { startSimulator, type Fault, type Simulator } from "./index";

const SCHEMA = {
  type: "object",
  properties: { answer: { type: "string" }, sure: { type: "boolean" } },
  required: ["answer", "sure"],
  additionalProperties: false,
};

describe("simulated faults", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ recorded: false });
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  const messages = [{ role: "user" as const, content: "Explain netting." }];

  function chat(signal?: AbortSignal): Promise<OpenAI.ChatCompletion> {
    return openAi(simulator).chat.completions.create({ model: "gpt-5.4", messages }, { signal });
  }
  function message(signal?: AbortSignal): Promise<Anthropic.Message> {
    return anthropic(simulator).messages.create({ model: "claude-haiku-4-5", max_tokens: 500, messages }, { signal });
  }
  async function chatStream(): Promise<{ text: string; finished: boolean }> {
    const stream = await openAi(simulator).chat.completions.create({ model: "gpt-5.4", messages, stream: true });
    const result = { text: "", finished: false };
    for await (const chunk of stream) {
      result.text += chunk.choices[0]?.delta.content ?? "";
      result.finished ||= typeof chunk.choices[0]?.finish_reason === "string";
    }
    return result;
  }
  async function messageStream(): Promise<Anthropic.Message> {
    const params = { model: "claude-haiku-4-5", max_tokens: 500, messages };
    return anthropic(simulator).messages.stream(params).finalMessage();
  }
  function failure(call: Promise<unknown>): Promise<Error & { status?: number; headers?: Headers; type?: string }> {
    return call.then(
      () => Promise.reject(new Error("the call succeeded")),
      (error: unknown) => error as Error,
    );
  }
  const strike = (fault: Fault | string): void => simulator.script({ fault });
  const lastCall = () => simulator.calls.at(-1);

  it.each([500, 502, 503, 529])("error %i on both wires, billed nothing", async (status) => {
    strike(`error=${status}`);
    expect((await failure(chat())).status).toBe(status);
    expect((await failure(message())).status).toBe(status);
    expect((await failure(chatStream())).status).toBe(status);
    expect(simulator.bill()).toMatchObject({ calls: 3, billedCalls: 0, billedNanoUsd: "0" });
    if (status === 529) expect((await failure(message())).type).toBe("overloaded_error");
  });

  it("429 with and without retry-after", async () => {
    simulator.script({ sequence: ["429", "429=7", { kind: "rate-limit", retryAfterSeconds: 2 }] });
    const plain = await failure(chat());
    expect(plain).toBeInstanceOf(OpenAI.RateLimitError);
    expect(plain.headers?.get("retry-after")).toBeNull();
    expect((await failure(chat())).headers?.get("retry-after")).toBe("7");
    const other = await failure(message());
    expect(other).toBeInstanceOf(Anthropic.RateLimitError);
    expect([other.type, other.headers?.get("retry-after")]).toEqual(["rate_limit_error", "2"]);
  });

  it("timeout: never answers, is billed, and the log sees the client leave", async () => {
    strike("timeout");
    for (const [index, ask] of [chat, message].entries()) {
      const controller = new AbortController();
      const failed = failure(ask(controller.signal));
      while (simulator.calls.length === index) await new Promise(setImmediate);
      controller.abort();
      await failed;
    }
    while (!simulator.calls.every(({ ended }) => ended)) await new Promise(setImmediate);
    expect(simulator.calls).toHaveLength(2);
    for (const call of simulator.calls) {
      expect(call).toMatchObject({ status: null, faults: ["timeout"], clientDisconnected: true, ended: true });
      expect(BigInt(call.billedNanoUsd)).toBeGreaterThan(0n);
    }
  });

  it("reset: the connection drops before any byte", async () => {
    strike("reset");
    expect(await failure(chat())).toBeInstanceOf(OpenAI.APIConnectionError);
    expect(await failure(message())).toBeInstanceOf(Anthropic.APIConnectionError);
    expect(lastCall()).toMatchObject({ status: null, clientDisconnected: false });
  });

  it("cut: the body or stream breaks off", async () => {
    strike("cut=0.4");
    await failure(chat());
    await failure(message());
    await failure(chatStream());
    await failure(messageStream());
    expect(simulator.calls.map(({ status, faults }) => [status, faults[0]])).toEqual(Array(4).fill([200, "cut=0.4"]));
    expect(BigInt(lastCall()?.billedNanoUsd ?? 0)).toBeGreaterThan(0n);
  });

  it.each([0, 1])("cut=%d: no whole answer gets through, however late the cut", async (after) => {
    strike({ kind: "cut", after });
    for (const call of [chat, message, chatStream, messageStream]) await failure(call());
  });

  it("stream-error: an error event in mid stream, an error status without stream", async () => {
    strike("stream-error");
    expect(await failure(chatStream())).toBeInstanceOf(OpenAI.APIError);
    expect((await failure(messageStream())).message).toMatch(/overloaded/i);
    expect((await failure(chat())).status).toBe(500);
    expect((await failure(message())).status).toBe(529);
  });

  it("malformed: broken JSON under a 200", async () => {
    strike("malformed");
    // By name: the SDKs parse in another realm than the spec's.
    for (const call of [chat, message, chatStream]) expect((await failure(call())).name).toBe("SyntaxError");
    await failure(messageStream());
    expect(simulator.calls.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it("refuse: a refusal in each provider's form", async () => {
    strike("refuse");
    const refused = await chat();
    expect(refused.choices[0]?.message).toMatchObject({
      content: null,
      refusal: expect.stringContaining("can't help"),
    });
    const message1 = await message();
    expect([message1.stop_reason, message1.content]).toEqual(["refusal", []]);
    expect((await messageStream()).stop_reason).toBe("refusal");
    expect(await chatStream()).toEqual({ text: "", finished: true });
    simulator.reset();
    strike("refuse=filter");
    expect((await chat()).choices[0]?.finish_reason).toBe("content_filter");
  });

  it("empty: an answer without text", async () => {
    strike("empty");
    expect((await chat()).choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "", refusal: null } });
    expect((await message()).content).toEqual([]);
    expect((await messageStream()).content).toEqual([]);
    expect(lastCall()?.usage.output).toBe(1);
  });

  it("fails: the provider's own error, or that its wire has none", async () => {
    simulator.script({ fault: "fails=quota", timesMax: 1 }, { fault: "fails=content_refused" });
    await expect(chat()).rejects.toMatchObject({ status: 429, code: "insufficient_quota", requestID: expect.stringMatching(/^req_/) });
    await expect(chat()).rejects.toMatchObject({ status: 400, message: expect.stringContaining("`openai` has no error for `content_refused`") });
    expect(simulator.bill().billedNanoUsd).toBe("0");
  });

  it("wrong-schema: JSON that violates the asked schema", async () => {
    const create = () =>
      openAi(simulator).chat.completions.create({
        model: "gpt-5.4",
        messages,
        response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema: SCHEMA } },
      });
    const right = await create();
    expect(Object.keys(JSON.parse(right.choices[0]?.message.content ?? ""))).toEqual(["answer", "sure"]);
    strike("wrong-schema");
    const wrong = await create();
    expect(JSON.parse(wrong.choices[0]?.message.content ?? "")).not.toHaveProperty("answer");
  });

  it("slow: later, and together with another fault", async () => {
    simulator.script({ fault: "slow=120", timesMax: 1 }, { fault: "error=503", timesMax: 1 });
    const from = performance.now();
    expect((await failure(chat())).status).toBe(503);
    expect(performance.now() - from).toBeGreaterThanOrEqual(115);
    expect(lastCall()?.faults).toEqual(["slow=120", "error=503"]);
    simulator.script({ fault: "slow=x4" });
    const again = performance.now();
    await chatStream();
    expect(performance.now() - again).toBeGreaterThanOrEqual(75);
  });

  it("weak and good: that quality whatever the skill", async () => {
    simulator.script({ sequence: ["weak", "good"], repeat: true });
    await chat();
    await chat();
    expect(simulator.calls.map(({ quality }) => quality)).toEqual(["weak", "good"]);
  });
});
