import type { ProviderApiName } from "@leverframe/catalog";
import { createAdapters } from "./adapters";
import { CANARY, callOf, deploymentAt, KEY_ENV, NEVER } from "./testing/calls";
import { json, type Reply, startCannedServer } from "./testing/canned-server";
import { answeredBy, withImage } from "./testing/conversations";

const AWS_KEY = `AKIDEXAMPLE:${CANARY}`;
const choice = (more: object = {}) => ({ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop", ...more });
const completion = (more: object) => ({ id: "c-1", object: "chat.completion", model: "m", choices: [choice()], ...more });
const google = (status: string, details: object[] = [], message = "no") => ({ error: { code: 0, status, message, details } });
const exception = (name: string) => ({ "x-amzn-errortype": name });
const SCHEMA = '{"type":"object","properties":{"a":{"type":"string"}}}';

describe("what only one wire says", () => {
  const adapters = createAdapters({ environment: { [KEY_ENV]: AWS_KEY } });
  afterAll(() => adapters.close());

  const call = async (api: ProviderApiName, reply: Reply, changes: Parameters<typeof callOf>[2] = {}, settings: Record<string, string> = {}) => {
    await using server = await startCannedServer();
    server.reply = reply;
    const base = deploymentAt(api, server.url, "m");
    const deployment = { ...base, provider: { ...base.provider, settings: { ...base.provider.settings, ...settings } } };
    const result = await adapters.adapterOf(deployment).call(callOf(deployment, "Hi", changes), NEVER).catch((thrown) => thrown);
    return { result, body: server.received[0]?.body ?? {}, path: server.received[0]?.path, headers: server.received[0]?.headers ?? {} };
  };

  it.each<[ProviderApiName, string, Reply, object]>([
    ["azure-openai", "a prompt that the filter stopped", json(400, { error: { code: "content_filter", message: "no", innererror: { code: "ResponsibleAIPolicyViolation" } } }), { kind: "safety_blocked", fallback: false }],
    ["bedrock", "throttling", json(400, { message: "slow down" }, exception("ThrottlingException")), { kind: "rate_limited", retryable: true }],
    ["bedrock", "a quota", json(400, { message: "no" }, exception("ServiceQuotaExceededException")), { kind: "quota", retryable: false }],
    ["bedrock", "a prompt that is too long", json(400, { message: "Input is too long for requested model." }, exception("ValidationException")), { kind: "context_overflow" }],
    ["bedrock", "a model that is being loaded", json(429, { message: "wait" }, exception("ModelNotReadyException")), { kind: "overloaded" }],
    ["bedrock", "an expired session", json(403, { message: "expired" }, exception("ExpiredTokenException")), { kind: "auth" }],
    ["gemini", "a wrong key, which is a bad request there", json(400, google("INVALID_ARGUMENT", [{ reason: "API_KEY_INVALID" }])), { kind: "auth" }],
    ["gemini", "a day's quota", json(429, google("RESOURCE_EXHAUSTED", [{ violations: [{ quotaId: "GenerateRequestsPerDayPerProject" }] }])), { kind: "quota", retryable: false }],
    ["gemini", "a minute's quota, with the time to wait", json(429, google("RESOURCE_EXHAUSTED", [{ retryDelay: "1.5s" }])), { kind: "rate_limited", retryAfterMs: 1_500 }],
    ["vertex", "a prompt that is too long", json(400, google("INVALID_ARGUMENT", [], "The input token count (9) exceeds the maximum number of tokens allowed (8).")), { kind: "context_overflow" }],
    ["mistral", "an error without a wrapper", json(400, { object: "error", message: "Prompt contains 9 tokens, too many tokens", type: "invalid_request_error", code: "3051" }), { kind: "context_overflow", message: expect.stringContaining("3051") }],
    ["cohere", "too many tokens", json(400, { message: "too many tokens: total number of tokens cannot exceed 8" }), { kind: "context_overflow" }],
    ["cohere", "an answer that broke off", json(200, { id: "c-1", finish_reason: "ERROR", message: { role: "assistant", content: [] }, usage: { tokens: { input_tokens: 3, output_tokens: 1 } } }), { kind: "unavailable", billed: "yes", usage: { inputTokens: 3 } }],
    ["deepseek", "an answer that broke off", json(200, completion({ choices: [choice({ finish_reason: "insufficient_system_resource" })], usage: { prompt_tokens: 4, completion_tokens: 2 } })), { kind: "overloaded", billed: "yes", usage: { outputTokens: 2 } }],
    ["huggingface", "an error that is a bare text", json(400, { error: "Input is too long" }), { kind: "context_overflow" }],
    ["openrouter", "flagged input", json(403, { error: { code: 403, message: "flagged", metadata: { reasons: ["violence"], flagged_input: "…" } } }), { kind: "safety_blocked", fallback: false }],
    ["openrouter", "a key without rights", json(403, { error: { code: 403, message: "no" } }), { kind: "auth" }],
    ["openrouter", "an error in a 200", json(200, { id: "gen-1", error: { code: 429, message: "upstream is busy" } }), { kind: "rate_limited", providerRequestId: "gen-1" }],
    ["openrouter", "an upstream that broke off", json(200, completion({ choices: [choice({ finish_reason: "error", error: { code: 502, message: "gone" } })] })), { kind: "unavailable" }],
    ["perplexity", "a proxy's page", (response) => void response.writeHead(401, { "content-type": "text/html" }).end("<html>"), { kind: "auth" }],
  ])("%s: %s", async (api, _what, reply, expected) => {
    const { result } = await call(api, reply);
    expect(result).toMatchObject({ name: "ProviderError", ...expected });
  });

  it("deepseek: tells the schema in words, and counts its cache", async () => {
    const usage = { prompt_tokens: 9, completion_tokens: 2, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 5 };
    const { result, body } = await call("deepseek", json(200, completion({ usage })), { outputSchema: SCHEMA });
    expect(result.usage).toMatchObject({ inputTokens: 9, cachedInputTokens: 4 });
    expect(body).toMatchObject({ response_format: { type: "json_object" }, messages: [{ role: "system", content: expect.stringContaining(SCHEMA) }, {}, {}] });
  });

  it("I2 no unfunded call: openrouter leaves out upstreams that would not keep to the limit, and those that keep prompts", async () => {
    expect((await call("openrouter", json(200, completion({})))).body).toMatchObject({ max_tokens: 300, provider: { require_parameters: true, data_collection: "deny" } });
    const { body } = await call("openrouter", json(200, completion({})), {}, { upstreams: "azure", dataCollection: "allow" });
    expect(body).toMatchObject({ provider: { only: ["azure"], allow_fallbacks: false, data_collection: "allow" } });
  });

  it("openrouter: counts what an upstream's cache was written", async () => {
    const usage = { prompt_tokens: 194, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 14, cache_write_tokens: 100 } };
    const { result } = await call("openrouter", json(200, completion({ usage })));
    expect(result.usage).toEqual({ inputTokens: 194, cachedInputTokens: 14, cacheWriteTokens: 100, outputTokens: 2, reasoningTokens: 0 });
  });

  it("perplexity: puts the sources below a text, and nothing beside JSON", async () => {
    const reply = json(200, completion({ citations: ["https://a.example", "https://b.example"] }));
    expect((await call("perplexity", reply)).result.text).toBe("ok\n\n[1] https://a.example\n[2] https://b.example");
    expect((await call("perplexity", reply, { outputSchema: SCHEMA })).result.text).toBe("ok");
  });

  it("gemini: leaves the model's thoughts out of its answer, and bills them", async () => {
    const parts = [{ text: "hm", thought: true }, { text: "yes" }];
    const reply = json(200, { candidates: [{ content: { parts }, finishReason: "STOP" }], usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1, thoughtsTokenCount: 7 } });
    expect((await call("gemini", reply)).result).toMatchObject({ text: "yes", usage: { outputTokens: 8, reasoningTokens: 7 } });
  });

  it("gemini: takes no GIF, and says so without a call", async () => {
    const { result, path } = await call("gemini", json(200, {}), { messages: withImage("What is this?", { mediaType: "image/gif", data: "R0lGODlhAQABAAAAACw=" }) });
    expect(result).toMatchObject({ kind: "bad_request", message: expect.stringContaining("image/gif") });
    expect(path).toBeUndefined();
  });

  it("gemini: asks from its third generation on that no signature of a call be looked for, which nobody keeps", async () => {
    const messages = answeredBy("Rain?", [{ id: "c-1", name: "get_weather", arguments: '{"city":"Bern"}' }], ["yes"]);
    const base = deploymentAt("gemini", null, "gemini-3-pro");
    const reply = json(200, { candidates: [{ content: { parts: [{ text: "ok" }] }, finishReason: "STOP" }] });
    const parts = (body: Record<string, unknown>) => (body["contents"] as { parts: object[] }[])[1]?.parts;
    expect(parts((await call("gemini", reply, { messages })).body)).toEqual([{ functionCall: { name: "get_weather", args: { city: "Bern" } } }]);
    await using server = await startCannedServer();
    server.reply = reply;
    const deployment = { ...base, provider: { ...base.provider, baseUrl: server.url } };
    await adapters.adapterOf(deployment).call(callOf(deployment, "", { messages }), NEVER);
    expect(parts(server.received[0]!.body)).toMatchObject([{ thoughtSignature: "skip_thought_signature_validator" }]);
  });

  it("azure: asks the deployment in its path, in the catalog's version of the API", async () => {
    const { path, headers } = await call("azure-openai", json(200, completion({})), {}, { apiVersion: "2025-04-01-preview" });
    expect(path).toBe("/openai/deployments/m/chat/completions?api-version=2025-04-01-preview");
    expect(headers).toMatchObject({ "api-key": AWS_KEY });
    expect(headers).not.toHaveProperty("authorization");
  });

  it("bedrock: never sends the secret, and takes one of its API keys too", async () => {
    const reply = json(200, { output: { message: { role: "assistant", content: [{ text: "ok" }] } }, stopReason: "end_turn" });
    const signed = await call("bedrock", reply);
    expect(JSON.stringify(signed.headers)).not.toContain(CANARY);
    expect(signed.result).toMatchObject({ text: "ok", usage: null, region: "eu-central-1" });
    expect((await call("bedrock", reply, { apiKey: "bedrock-api-key" })).headers).toMatchObject({ authorization: "Bearer bedrock-api-key" });
  });

  it("vertex: asks the project and location of the catalog, and no metadata server for a token", async () => {
    const { path, headers } = await call("vertex", json(200, { candidates: [] }));
    expect(path).toBe("/v1/projects/the-project/locations/europe-west4/publishers/google/models/m:generateContent");
    expect(headers).toMatchObject({ authorization: `Bearer ${AWS_KEY}` });
  });
});
