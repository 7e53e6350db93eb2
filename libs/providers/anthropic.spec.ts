import { createAdapters } from "./adapters";
import { describeProviderConformance } from "./provider.conformance";
import { CANARY, callOf, deploymentAt, KEY_ENV, NEVER } from "./testing/calls";
import { json, startCannedServer } from "./testing/canned-server";
import { TOOLS } from "./testing/conversations";

describeProviderConformance({
  api: "anthropic",
  model: "claude-haiku-4-5",
  statuses: [
    [400, "bad_request"],
    [401, "auth"],
    [403, "auth"],
    [404, "unavailable"],
    [413, "context_overflow"],
    [500, "unavailable"],
    [502, "unavailable"],
    [504, "timeout"],
    [529, "overloaded"],
  ],
});

describe("anthropic's wire", () => {
  const adapters = createAdapters({ environment: { [KEY_ENV]: CANARY } });
  const call = async (reply: ReturnType<typeof json>, changes: Parameters<typeof callOf>[2] = {}) => {
    await using server = await startCannedServer();
    server.reply = reply;
    const deployment = deploymentAt("anthropic", server.url, "m");
    const result = await adapters.adapterOf(deployment).call(callOf(deployment, "Hi", changes), NEVER).catch((e) => e);
    return { result, received: server.received };
  };
  afterAll(() => adapters.close());

  const usage = { input_tokens: 10, cache_read_input_tokens: 4, cache_creation_input_tokens: 2, output_tokens: 7 };
  const message = { id: "m", type: "message", role: "assistant", model: "m", stop_reason: "end_turn", usage };
  const answer = json(200, { ...message, content: [{ type: "text", text: "one" }, { type: "thinking", thinking: "x" }, { type: "text", text: " two" }] });

  it("puts the system messages beside the conversation", async () => {
    const { received } = await call(answer);
    expect(received[0]?.body).toMatchObject({
      system: "You answer briefly.",
      messages: [{ role: "user", content: "Hi" }],
      max_tokens: 300,
    });
  });

  it("joins the texts and counts cached tokens as part of the input", async () => {
    expect((await call(answer)).result).toMatchObject({
      text: "one two",
      usage: { inputTokens: 16, cachedInputTokens: 4, cacheWriteTokens: 2, outputTokens: 7, reasoningTokens: 0 },
    });
  });

  it("asks for a cache where the price card knows what that costs, and never where the policy forbids it", async () => {
    await using server = await startCannedServer();
    server.reply = answer;
    const { price, ...rest } = deploymentAt("anthropic", server.url, "m");
    const deployment = { ...rest, price: { ...price, cacheWriteNanoUsd: 1n } };
    const adapter = adapters.adapterOf(deployment);
    await adapter.call(callOf(deployment, "Hi"), NEVER);
    await adapter.call(callOf(deployment, "Hi", { cache: false }), NEVER);
    expect(server.received.map(({ body }) => JSON.stringify(body).includes("cache_control"))).toEqual([true, false]);
  });

  it("keeps to the API's scale of temperatures", async () => {
    const { received } = await call(answer, { temperature: 1.8 });
    expect(received[0]?.body).toMatchObject({ temperature: 1 });
  });

  it("allows long answers, which the SDK alone would refuse to wait for", async () => {
    const { received } = await call(answer, { maxOutputTokens: 64_000 });
    expect(received[0]?.body).toMatchObject({ max_tokens: 64_000 });
  });

  it("narrows a schema to what the API takes, and leaves one that cannot be narrowed to the evaluator", async () => {
    const schema = JSON.stringify({ type: "object", properties: { a: { type: "string", pattern: "^x" } } });
    const { received } = await call(answer, { outputSchema: schema });
    expect(received[0]?.body).toMatchObject({
      output_config: { format: { type: "json_schema", schema: { type: "object", additionalProperties: false } } },
    });
    const untyped = await call(answer, { outputSchema: '{"minimum":3}' });
    expect(untyped.received[0]?.body).not.toHaveProperty("output_config");
  });

  it.each([
    [400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum", "context_overflow"],
    [402, "billing_error", "pay", "quota"],
    [429, "rate_limit_error", "slow down", "rate_limited"],
    [500, "overloaded_error", "busy", "overloaded"],
  ])("reads status %i with type %s as told", async (status, type, text, kind) => {
    const { result } = await call(json(status, { type: "error", error: { type, message: text } }));
    expect(result).toMatchObject({ kind });
    expect(result.message).not.toContain(text);
  });

  it("tells what a stream had counted before it broke", async () => {
    await using server = await startCannedServer();
    const start = { type: "message_start", message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } };
    server.reply = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "request-id": "r-1" });
      response.write(`event: message_start\ndata: ${JSON.stringify(start)}\n\n`, () => response.destroy());
    };
    const deployment = deploymentAt("anthropic", server.url, "m");
    const error: unknown = await adapters.adapterOf(deployment).call(callOf(deployment, "Hi", { onDelta: () => undefined }), NEVER).catch((e) => e);
    expect(error).toMatchObject({ kind: "connection", usage: { inputTokens: 16, outputTokens: 1 }, providerRequestId: "r-1" });
  });

  it("caches tools and system prompt where the price card has a price for it, unless the policy forbids it", async () => {
    const CACHED = { cache_control: { type: "ephemeral" } };
    const bodyWith = async (changes: Parameters<typeof callOf>[2], price: object = { cacheWriteNanoUsd: 2n }) => {
      await using server = await startCannedServer();
      server.reply = answer;
      const told = deploymentAt("anthropic", server.url, "m");
      const deployment = { ...told, price: { ...told.price, ...price } };
      await adapters.adapterOf(deployment).call(callOf(deployment, "Hi", changes), NEVER);
      return server.received[0]!.body;
    };
    expect((await bodyWith({}))["system"]).toEqual([{ type: "text", text: "You answer briefly.", ...CACHED }]);
    const alone = await bodyWith({ tools: TOOLS, messages: [{ role: "user", content: "Hi" }] });
    expect(alone["tools"]).toMatchObject([{ name: TOOLS[0]!.name }, { name: TOOLS[1]!.name, ...CACHED }]);
    expect(JSON.stringify(await bodyWith({ tools: TOOLS }, {}))).not.toContain("cache_control");
    expect(JSON.stringify(await bodyWith({ tools: TOOLS, cache: false }))).not.toContain("cache_control");
  });

  it.each([["{}"], ["null"], ['"text"']])("takes `%s` for a malformed answer", async (body) => {
    expect((await call(json(200, body))).result).toMatchObject({ kind: "malformed_output" });
  });
});
