import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "@leverframe/kernel";
import type { Registry } from "prom-client";
import type { Readiness } from "./readiness";

/** `GET /live` (the process answers), `/ready` (it may be sent work), `/metrics` (Prometheus text). */
export class HealthServer {
  readonly #server: Server;
  readonly #readiness: Readiness;
  readonly #registry: Registry;

  constructor(readiness: Readiness, registry: Registry) {
    this.#readiness = readiness;
    this.#registry = registry;
    this.#server = createServer((request, response) => {
      this.#answer(request.method ?? "", request.url ?? "", response).catch(() => response.destroy());
    });
  }

  /** The address it listens on, such as `http://127.0.0.1:9464`. */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      const refuse = (cause: Error): void =>
        reject(new AppError("bad_config", `\`http.port\` ${port} on \`http.host\` ${host} cannot be listened on`, { cause }));
      this.#server.once("error", refuse);
      this.#server.listen(port, host, () => {
        this.#server.off("error", refuse);
        resolve();
      });
    });
    const { address, family, port: bound } = this.#server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(method: string, url: string, response: ServerResponse): Promise<void> {
    if (method !== "GET" && method !== "HEAD") return send(response, 405, "text/plain", "expected GET\n");
    switch (url.split("?", 1)[0]) {
      case "/live":
        return send(response, 200, "application/json", '{"live":true}\n');
      case "/ready": {
        const readings = await this.#readiness.read();
        return send(response, readings.ready ? 200 : 503, "application/json", `${JSON.stringify(readings)}\n`);
      }
      case "/metrics":
        return send(response, 200, this.#registry.contentType, await this.#registry.metrics());
      default:
        return send(response, 404, "text/plain", "expected /live, /ready or /metrics\n");
    }
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type });
  response.end(body);
}
