import { createAdapters } from "./adapters";
import { describeProviderConformance } from "./provider.conformance";
import { CANARY, callOf, deploymentAt, KEY_ENV, NEVER } from "./testing/calls";
import { json, startCannedServer } from "./testing/canned-server";

describeProviderConformance({
  api: "openai",
  model: "gpt-5.4-mini",
  statuses: [
    [400, "bad_request"],
    [401, "auth"],
    [403, "auth"],
    [404, "unavailable"],
    [408, "timeout"],
    [413, "context_overflow"],
    [422, "bad_request"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
    [504, "timeout"],
  ],
});

const answer = (choice: object, usage: object | undefined = undefined) =>
  json(200, { id: "c", object: "chat.completion", model: "m", choices: [choice], usage });

describe("openai's wire", () => {
  const adapters = createAdapters({ environment: { [KEY_ENV]: CANARY } });
  const call = async (reply: ReturnType<typeof json>, changes: Parameters<typeof callOf>[2] = {}) => {
    await using server = await startCannedServer();
    server.reply = reply;
    const deployment = deploymentAt("openai", `${server.url}/v1`, "m");
    const result = await adapters.adapterOf(deployment).call(callOf(deployment, "Hi", changes), NEVER).catch((e) => e);
    return { result, received: server.received };
  };
  afterAll(() => adapters.close());

  const stop = { message: { role: "assistant", content: "ok" }, finish_reason: "stop" };

  it("I2 no unfunded call: gives compatible servers the limit under both of its names", async () => {
    const { received } = await call(answer(stop));
    expect(received[0]?.body).toMatchObject({ max_completion_tokens: 300, max_tokens: 300, temperature: 0.2 });
  });

  it("leaves out what nobody asked for", async () => {
    const { received } = await call(answer(stop), { temperature: null });
    expect(Object.keys(received[0]?.body ?? {}).sort()).toEqual(["max_completion_tokens", "max_tokens", "messages", "model"]);
  });

  it("counts cached and reasoning tokens as parts", async () => {
    const usage = {
      prompt_tokens: 30,
      completion_tokens: 20,
      prompt_tokens_details: { cached_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 5 },
    };
    const { result } = await call(answer(stop, usage));
    expect(result.usage).toEqual({ inputTokens: 30, cachedInputTokens: 10, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 5 });
  });

  it("has no usage where the server tells none", async () => {
    expect((await call(answer(stop))).result).toMatchObject({ text: "ok", usage: null });
  });

  it.each([
    [400, "context_length_exceeded", "context_overflow"],
    [400, "content_filter", "safety_blocked"],
    [400, "content_policy_violation", "safety_blocked"],
    [429, "insufficient_quota", "quota"],
    [429, "rate_limit_exceeded", "rate_limited"],
  ])("reads status %i with code %s as %s", async (status, code, kind) => {
    const { result } = await call(json(status, { error: { message: "no", type: "t", code } }));
    expect(result).toMatchObject({ kind, message: expect.stringContaining(code) });
  });

  it.each([["{}"], ['{"choices":[]}'], ["null"], ['"text"']])("takes `%s` for a malformed answer", async (body) => {
    expect((await call(json(200, body))).result).toMatchObject({ kind: "malformed_output" });
  });
});
