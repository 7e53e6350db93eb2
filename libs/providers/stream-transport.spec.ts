import type { DeltaSink, ProviderError } from "@leverframe/execution";
import { createAdapters } from "./adapters";
import { assembled } from "./streaming.conformance";
import { CANARY, callOf, deploymentAt, KEY_ENV, NEVER } from "./testing/calls";
import { json, type Reply, startCannedServer } from "./testing/canned-server";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const piece = (content: string): string => `data: ${JSON.stringify({ model: "m", choices: [{ index: 0, delta: { content } }] })}\n\n`;
const END = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

describe("a stream over the transport", () => {
  const RESPONSE_BYTES_MAX = 200_000;
  const adapters = createAdapters({ environment: { [KEY_ENV]: CANARY }, transport: { responseBytesMax: RESPONSE_BYTES_MAX } });
  afterAll(() => adapters.close());

  const streaming = (url: string, onDelta: DeltaSink, signal = NEVER) => {
    const deployment = deploymentAt("openai", `${url}/v1`, "m");
    return adapters.adapterOf(deployment).call(callOf(deployment, "Hi", { onDelta }), signal);
  };
  const events: (...parts: string[]) => Reply = (...parts) => (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const part of parts) response.write(part);
    response.end();
  };

  it("a slow taker stops the provider's socket, and memory stays bounded", async () => {
    await using server = await startCannedServer();
    const block = piece("x".repeat(1_000)).repeat(16);
    let written = 0;
    let drained = true;
    server.reply = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const more = (): void => {
        drained = true;
        while (drained && response.writable) {
          written += block.length;
          drained = response.write(block);
        }
        response.once("drain", more);
      };
      more();
    };
    const controller = new AbortController();
    let taken = 0;
    const call = streaming(server.url, () => new Promise<void>(() => (taken += 1)), controller.signal).catch((thrown: unknown) => thrown);
    // Until the kernel's buffers are full as well: then the server's writes no longer drain.
    for (let still = 0, before = -1; still < 50; still = written === before && !drained ? still + 1 : 0) {
      before = written;
      await turn();
      await turn();
    }
    expect({ taken, drained }).toEqual({ taken: 1, drained: false });
    controller.abort();
    expect(await call).toMatchObject({ kind: "cancelled" });
  });

  it("goes on where it was when the taker is ready again", async () => {
    await using server = await startCannedServer();
    const texts = Array.from({ length: 3_000 }, (_none, index) => `${index} ${"y".repeat(30)} `);
    server.reply = events(...texts.map(piece), END);
    const deltas: { type: "text"; text: string }[] = [];
    const { text } = await streaming(server.url, async (delta) => {
      deltas.push(delta as { type: "text"; text: string });
      if (deltas.length % 500 === 0) await turn();
    });
    expect(text).toBe(texts.join(""));
    expect(assembled(deltas).text).toBe(text);
  });

  it("cuts a stream that has no end", async () => {
    await using server = await startCannedServer();
    server.reply = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const more = (): void => void (response.writable && response.write(piece("z".repeat(4_000)), more));
      more();
    };
    const error: ProviderError = await streaming(server.url, () => undefined).then(() => Promise.reject(new Error("answered")), (thrown) => thrown);
    expect(error).toMatchObject({ kind: "connection", billed: "unknown", message: expect.stringContaining("RESPONSE_TOO_LARGE") });
  });

  it("uses the connection again after a stream that was read to its end", async () => {
    await using server = await startCannedServer();
    const ports = new Set<number | undefined>();
    server.reply = (response, received) => {
      ports.add(response.socket?.remotePort);
      events(piece("ok"), END)(response, received);
    };
    for (let calls = 0; calls < 3; calls++) {
      await streaming(server.url, () => undefined);
      await turn();
    }
    expect(ports.size).toBe(1);
  });

  it("does not wait for a server that ends its words and not its response", async () => {
    await using server = await startCannedServer();
    server.reply = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(piece("ok") + END);
    };
    expect(await streaming(server.url, () => undefined)).toMatchObject({ text: "ok", finishReason: "stop" });
  });

  it("tells a connection that ended in good order before the answer did", async () => {
    await using server = await startCannedServer();
    server.reply = events(piece("half"));
    const error: unknown = await streaming(server.url, () => undefined).catch((thrown) => thrown);
    expect(error).toMatchObject({ kind: "connection", billed: "unknown", message: expect.stringContaining("STREAM_ENDED_EARLY") });
  });

  it("hands on, in one piece, the answer of a server that does not know how to stream", async () => {
    await using server = await startCannedServer();
    const tool_calls = [{ id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } }];
    server.reply = json(200, { model: "m", choices: [{ message: { content: "whole", tool_calls }, finish_reason: "tool_calls" }] });
    const deltas: Parameters<typeof assembled>[0][number][] = [];
    const answer = await streaming(server.url, (delta) => void deltas.push(delta));
    expect(assembled(deltas)).toEqual({ text: "whole", toolCalls: [{ id: "call_1", name: "f", arguments: '{"a":1}' }] });
    expect(answer).toMatchObject(assembled(deltas));
  });

  it("fails a stream whose taker fails", async () => {
    await using server = await startCannedServer();
    server.reply = events(piece("one"), piece("two"), END);
    const error: unknown = await streaming(server.url, () => Promise.reject(new Error("no room"))).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "ProviderError", kind: "unknown" });
  });

  it("takes calls of tools that a server counts all as the first", async () => {
    await using server = await startCannedServer();
    const call = (id: string, name: string) => ({ index: 0, id, function: { name, arguments: { of: name } } });
    const chunk = (...tool_calls: object[]) => `data: ${JSON.stringify({ model: "m", choices: [{ delta: { tool_calls } }] })}\n\n`;
    server.reply = events(chunk(call("a", "first")), chunk(call("b", "second")), END);
    const { toolCalls, finishReason } = await streaming(server.url, () => undefined);
    expect(finishReason).toBe("tool_calls");
    expect(toolCalls).toEqual([{ id: "a", name: "first", arguments: '{"of":"first"}' }, { id: "b", name: "second", arguments: '{"of":"second"}' }]);
  });
});
