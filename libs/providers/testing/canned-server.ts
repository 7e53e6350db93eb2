import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

export type Reply = (response: ServerResponse, received: Received) => void;

export interface CannedServer extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** How the next requests are answered. */
  reply: Reply;
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };

/** A real HTTP server that says what a test tells it to: for answers that no simulated provider gives. */
export async function startCannedServer(): Promise<CannedServer> {
  const received: Received[] = [];
  const canned: CannedServer = { url: "", received, reply: json(200, {}), [Symbol.asyncDispose]: close };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
      const one = { path: request.url ?? "", headers: request.headers, body };
      received.push(one);
      canned.reply(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
  return Object.assign(canned, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
