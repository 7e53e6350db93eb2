import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Ill = (response: ServerResponse, key: string) => void;

const send = (response: ServerResponse, status: number, key: string, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { "content-type": "application/json", "request-id": key, "x-request-id": key, "x-echo": key, ...headers }).end(body);
};
const error = (key: string) => JSON.stringify({ type: "error", error: { type: key, code: key, message: `bad key ${key}`, nested: { key } }, request_id: key });
const usage = { input_tokens: 5, output_tokens: 5 };

/** Everything a careless or hostile server can do with the key that it was sent, except keeping it for itself. */
const ILLNESSES: readonly Ill[] = [
  (response, key) => send(response, 400, key, error(key)),
  (response, key) => send(response, 401, key, error(key)),
  (response, key) => send(response, 402, key, error(key)),
  (response, key) => send(response, 403, key, error(key)),
  (response, key) => send(response, 404, key, error(key)),
  (response, key) => send(response, 413, key, error(key)),
  (response, key) => send(response, 429, key, error(key), { "retry-after": "0" }),
  (response, key) => send(response, 500, key, error(key)),
  (response, key) => send(response, 503, key, error(key)),
  (response, key) => send(response, 529, key, error(key)),
  (response, key) => send(response, 418, key, key),
  (response, key) => send(response, 302, key, "", { location: `http://127.0.0.1:9/${key}` }),
  (response, key) => send(response, 200, key, `{"id": "${key}", broken`),
  (response, key) => send(response, 200, key, JSON.stringify({ id: key, model: key, type: "message", role: "assistant" })),
  (response, key) => send(response, 200, key, JSON.stringify({ id: key, model: key, type: "message", role: "assistant", content: [{ type: "text", text: "Fine, thank you." }], stop_reason: "end_turn", usage })),
  (response) => response.destroy(),
];

/** A provider with the wire of Anthropic's messages that answers each call with another illness, the key in all of it. */
export class EchoingProvider {
  /** Keys that it was sent. */
  readonly keys = new Set<string>();
  calls = 0;
  private readonly server = createServer((request, response) => {
    request.resume();
    request.on("end", () => ILLNESSES[this.calls++ % ILLNESSES.length]!(response, this.keyIn(request.headers)));
  });

  static async start(): Promise<EchoingProvider> {
    const provider = new EchoingProvider();
    await new Promise<void>((resolve) => provider.server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  static readonly illnesses = ILLNESSES.length;

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private keyIn({ "x-api-key": apiKey, authorization }: IncomingHttpHeaders): string {
    const key = String(apiKey ?? authorization);
    this.keys.add(key);
    return key;
  }
}
