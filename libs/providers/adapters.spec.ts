import { inspect } from "node:util";
import { PROVIDER_API_NAMES } from "@leverframe/catalog";
import type { ProviderError } from "@leverframe/execution";
import { createAdapters } from "./adapters";
import { CANARY, callOf, deploymentAt, KEY_ENV, NEVER } from "./testing/calls";
import { json, type Reply, startCannedServer } from "./testing/canned-server";

const APIS = PROVIDER_API_NAMES;

describe("adapters", () => {
  const adapters = createAdapters({ environment: { [KEY_ENV]: ` ${CANARY}\n` }, transport: { responseBytesMax: 10_000 } });
  afterAll(() => adapters.close());

  const failing = async (api: string, reply: Reply) => {
    await using server = await startCannedServer();
    server.reply = reply;
    const deployment = deploymentAt(api, server.url, "m");
    const error: ProviderError = await adapters.adapterOf(deployment).call(callOf(deployment, "Hi"), NEVER).then(
      () => Promise.reject(new Error("answered")),
      (thrown) => thrown,
    );
    return { error, received: server.received };
  };

  it("refuses an api that none speaks, also one that objects inherit", () => {
    for (const api of ["smoke-signals", "toString", "__proto__"]) {
      expect(() => adapters.adapterOf(deploymentAt(api, null, "m"))).toThrow(expect.objectContaining({ code: "bad_config" }));
    }
  });

  it.each(APIS)("%s: never lets the key out, whatever a server echoes and wherever", async (api) => {
    const echo: Reply = (response, { headers }) => {
      const { authorization } = headers;
      const body = { type: "error", error: { message: `bad ${authorization}`, type: authorization, code: authorization, nested: { headers } } };
      json(401, body, { "x-echo": String(authorization), "request-id": "r" })(response, { path: "", headers, body: {} });
    };
    const { error, received } = await failing(api, echo);
    expect(inspect(received)).toContain(CANARY);
    expect(error.kind).toBe("auth");
    const everything = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), error.stack, String(error.cause)];
    for (const text of everything) expect(text).not.toContain(CANARY);
  });

  it.each(APIS)("%s: follows no redirect, which would carry the key elsewhere", async (api) => {
    await using elsewhere = await startCannedServer();
    const { error } = await failing(api, json(307, {}, { location: `${elsewhere.url}/v1` }));
    expect(error).toMatchObject({ kind: "unavailable" });
    expect(elsewhere.received).toEqual([]);
  });

  it.each(APIS)("%s: cuts an answer that has no end", async (api) => {
    const { error } = await failing(api, (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = (): void => void (response.writable && response.write(" ".repeat(4_096), more));
      more();
    });
    expect(error).toMatchObject({ kind: "connection", billed: "unknown" });
  });

  it.each([
    ["retry-after", "1.5", 1_500],
    ["retry-after-ms", "250", 250],
    ["retry-after", "soon", null],
    ["retry-after", "-3", null],
  ])("reads %s: %s", async (name, value, expected) => {
    const { error } = await failing("openai", json(429, {}, { [name]: value }));
    expect(error.retryAfterMs).toBe(expected);
  });

  it("reads a Retry-After that is a date", async () => {
    const from = Date.now();
    const { error } = await failing("openai", json(503, {}, { "retry-after": new Date(from + 60_000).toUTCString() }));
    // A date has whole seconds.
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(59_000 - (Date.now() - from));
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it("gives back the reason of the governed call's signal", async () => {
    await using server = await startCannedServer();
    server.reply = () => undefined;
    const deployment = deploymentAt("openai", server.url, "m");
    const { ProviderError: Reason } = await import("@leverframe/execution");
    const controller = new AbortController();
    const reason = new Reason("timeout", "no answer within 20 ms");
    setTimeout(() => controller.abort(reason), 20);
    expect(await adapters.adapterOf(deployment).call(callOf(deployment, "Hi"), controller.signal).catch((e) => e)).toBe(reason);
  });

  it("sends no key to a server that wants none", async () => {
    await using server = await startCannedServer();
    server.reply = json(200, { model: "m", choices: [{ message: { content: "ok" }, finish_reason: "stop" }] });
    const keyed = deploymentAt("openai", server.url, "m");
    const deployment = { ...keyed, provider: { ...keyed.provider, apiKeyEnv: null } };
    await adapters.adapterOf(deployment).call(callOf(deployment, "Hi"), NEVER);
    expect(server.received[0]?.headers).not.toHaveProperty("authorization");
  });
});
