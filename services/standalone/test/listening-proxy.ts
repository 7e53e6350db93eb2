import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands before the words that the model is to repeat; without `~`, which keeps what it parts from being recognised in the prompt. */
export const REPEAT = "Repeat after me: ";

/**
 * Stands between the stages and the simulated providers: keeps the bytes of every request as they came over the wire, and
 * lets a model repeat what a prompt asks it to. It speaks of OpenAI's and Anthropic's wire formats no more than that.
 */
export class ListeningProxy {
  /** Bodies as they were received, oldest first. */
  readonly bodies: string[] = [];
  private readonly server = createServer((request, response) => {
    void this.forward(request).then(
      ({ status, type, body }) => response.writeHead(status, { "content-type": type }).end(body),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });

  private constructor(private readonly target: string) {}

  static async start(target: string): Promise<ListeningProxy> {
    const proxy = new ListeningProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async forward(request: IncomingMessage): Promise<{ status: number; type: string; body: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const headers = Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (HOP.has(name) || typeof value !== "string" ? [] : [[name, value]])));
    this.bodies.push(sent.toString("utf8"));
    const answer = await fetch(`${this.target}${request.url ?? ""}`, { method: request.method ?? "POST", headers, ...(sent.length > 0 ? { body: sent } : {}) });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get("content-type") ?? "application/json", body: repeated(sent.toString("utf8"), text) };
  }
}

const HOP = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);

/** The answer with the words that the last message asks for. */
function repeated(asked: string, answer: string): string {
  const at = asked.indexOf(REPEAT);
  if (at === -1) return answer;
  const wanted = (JSON.parse(`"${/^(?:[^"\\]|\\.)*/.exec(asked.slice(at + REPEAT.length))![0]}"`) as string).replaceAll("~", "");
  const reply = JSON.parse(answer) as { choices?: { message: { content: string } }[]; content?: { text?: string }[] };
  for (const choice of reply.choices ?? []) choice.message.content = wanted;
  for (const part of reply.content ?? []) if (part.text !== undefined) part.text = wanted;
  return JSON.stringify(reply);
}
