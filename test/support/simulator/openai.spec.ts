import OpenAI from "openai";
import { openAi } from "./clients";
import { countPromptTokens, startSimulator, type Simulator } from "./index";

describe("simulated OpenAI", () => {
  let simulator: Simulator;
  let client: OpenAI;
  beforeAll(async () => {
    simulator = await startSimulator({
      recorded: false,
      models: { sure: { skill: 1 }, thinker: { skill: 1, reasoningShare: 1 } },
    });
    client = openAi(simulator);
  });
  afterAll(() => simulator.close());

  const ask = (content: string, model = "sure") => ({ model, messages: [{ role: "user" as const, content }] });

  it("answers a chat completion with its usage and headers", async () => {
    const { data, response, request_id } = await client.chat.completions
      .create(ask("Compare leasing and buying a delivery van."))
      .withResponse();
    expect(data.object).toBe("chat.completion");
    expect(data.choices[0]?.finish_reason).toBe("stop");
    expect(data.choices[0]?.message.content).toMatch(/leasing|buying|delivery/);
    expect(data.usage?.prompt_tokens).toBe(countPromptTokens(["Compare leasing and buying a delivery van."]));
    expect(data.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
    expect(request_id).toBe(response.headers.get("x-request-id"));
    expect(response.headers.get("x-ratelimit-remaining-requests")).not.toBeNull();
  });

  it("streams the same text, with usage only when asked", async () => {
    const plain = await client.chat.completions.create(ask("Explain dunning letters."));
    const stream = await client.chat.completions.create({
      ...ask("Explain dunning letters."),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    const finishes: string[] = [];
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      if (chunk.choices[0]?.finish_reason) finishes.push(chunk.choices[0].finish_reason);
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(plain.choices[0]?.message.content);
    expect(usage).toEqual(plain.usage);
    expect(finishes).toEqual(["stop"]);
    const bare = await client.chat.completions.create({ ...ask("Explain dunning letters."), stream: true });
    for await (const chunk of bare) expect(chunk.usage).toBeUndefined();
  });

  it("never bills more output than asked for, reasoning included", async () => {
    for (const max of [1, 2, 7, 40]) {
      const data = await client.chat.completions.create({
        ...ask("Explain netting at length.", "thinker"),
        max_completion_tokens: max,
      });
      expect(data.usage?.completion_tokens).toBeLessThanOrEqual(max);
      expect(data.choices[0]?.finish_reason).toBe("length");
    }
    const legacy = await client.chat.completions.create({ ...ask("Explain netting."), max_tokens: 5 });
    expect(legacy.usage?.completion_tokens).toBe(5);
    const free = await client.chat.completions.create(ask("Explain netting.", "thinker"));
    expect(free.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
  });

  it("never counts a prompt above its bytes + 8 per message + 64", async () => {
    for (const text of ["", "a", "é", "日本語", "🚂🚂", "x".repeat(999)]) {
      const data = await client.chat.completions.create({
        model: "sure",
        messages: [
          { role: "system", content: text },
          { role: "user", content: [{ type: "text", text }] },
        ],
      });
      expect(data.usage?.prompt_tokens).toBeLessThanOrEqual(2 * Buffer.byteLength(text) + 2 * 8 + 64);
    }
  });

  it("serves a long shared first message from its prompt cache the second time", async () => {
    const system = "Company handbook. ".repeat(400);
    const messages = [
      { role: "system" as const, content: system },
      { role: "user" as const, content: "Holidays?" },
    ];
    const first = await client.chat.completions.create({ model: "sure", messages });
    const second = await client.chat.completions.create({ model: "sure", messages });
    expect(first.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
    expect(second.usage?.prompt_tokens_details?.cached_tokens).toBe(1_792);
  });

  it("refuses requests in OpenAI's words", async () => {
    for (const request of [{ model: "sure", messages: [] }, { ...ask("x"), max_tokens: 0 }, ask("[[sim:refuze]]")]) {
      const error: unknown = await client.chat.completions.create(request).catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(OpenAI.BadRequestError);
      expect(error).toMatchObject({ status: 400, type: "invalid_request_error" });
    }
    const keyless = await fetch(`${simulator.url}/v1/chat/completions`, { method: "POST", body: "{}" });
    expect(keyless.status).toBe(401);
    expect(await keyless.json()).toEqual({
      error: { message: expect.any(String), type: "invalid_request_error", param: null, code: "invalid_api_key" },
    });
  });

  it("knows only described models of its wire when it is strict, and only the given keys", async () => {
    await using strict = await startSimulator({ recorded: false, strictModels: true, apiKeys: ["right"] });
    await expect(openAi(strict, "wrong").chat.completions.create(ask("x", "gpt-5.4"))).rejects.toMatchObject({
      status: 401,
    });
    for (const model of ["who", "claude-haiku-4-5"]) {
      await expect(openAi(strict, "right").chat.completions.create(ask("x", model))).rejects.toMatchObject({
        status: 404,
        code: "model_not_found",
      });
    }
    await openAi(strict, "right").chat.completions.create(ask("x", "gpt-5.4"));
    expect(strict.calls.map(({ status, model }) => [status, model])).toEqual([
      [401, ""],
      [404, "who"],
      [404, "claude-haiku-4-5"],
      [200, "gpt-5.4"],
    ]);
  });

  it("lists its models", async () => {
    const names: string[] = [];
    for await (const model of client.models.list()) names.push(model.id);
    expect(names).toEqual(expect.arrayContaining(["gpt-5.4", "claude-opus-4-8", "mistral-small", "sure"]));
  });
});
