import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { control, inspect, type JsonAnswer } from "./control";
import { deliver } from "./deliver";
import { readBody } from "./http-body";
import type { Simulation } from "./simulation";
import { type Route, routeOf } from "./wire/wires";

/** `/v1/models`, or `/<provider>/v1/models`. */
const MODELS_PATH = /^(?:\/[\w.-]+)?\/v1\/models$/;

/** Longer than clients keep idle connections, so that the client is the one to close. */
const KEEP_ALIVE_MS = 75_000;

/** A fixed date: the list of models is the same in every run. */
const MODELS_CREATED = new Date("2026-01-01T00:00:00Z");

function sendJson(response: ServerResponse, { status, body }: JsonAnswer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function modelList(simulation: Simulation, request: IncomingMessage): JsonAnswer {
  const names = simulation.modelNames();
  if (request.headers["anthropic-version"] === undefined) {
    const created = MODELS_CREATED.getTime() / 1_000;
    const data = names.map((id) => ({ id, object: "model", created, owned_by: "simulator" }));
    return { status: 200, body: { object: "list", data } };
  }
  const created_at = MODELS_CREATED.toISOString();
  const data = names.map((id) => ({ type: "model", id, display_name: id, created_at }));
  return { status: 200, body: { data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null } };
}

/** Routes requests to the simulated providers and to the simulator's own endpoints. */
class Router {
  closing = false;

  constructor(private readonly simulation: Simulation) {}

  route(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? "/";
    const questionMark = url.indexOf("?");
    const path = questionMark < 0 ? url : url.slice(0, questionMark);
    const route = request.method === "POST" ? routeOf(path) : null;
    if (route !== null) {
      this.call(route, url, request, response);
    } else if (request.method === "GET" && MODELS_PATH.test(path)) {
      sendJson(response, modelList(this.simulation, request));
    } else if (path === "/_control" && request.method === "POST") {
      readBody(request, (body) => sendJson(response, control(this.simulation, body ?? "")));
    } else {
      const query = new URLSearchParams(questionMark < 0 ? "" : url.slice(questionMark));
      const answer = request.method === "GET" ? inspect(this.simulation, path, query) : null;
      sendJson(
        response,
        answer ?? { status: 404, body: { error: { message: `Invalid URL (${request.method} ${path})` } } },
      );
    }
  }

  private call({ wire, provider, model }: Route, url: string, request: IncomingMessage, response: ServerResponse): void {
    const [path = "", query = ""] = url.split("?", 2);
    readBody(request, (body) => {
      const { log } = this.simulation;
      const { headers } = request;
      const received = this.simulation.provider.receive({ wire, provider, model, path, query, headers, body });
      const call = log.open(received.call);
      deliver(received.delivery, response, (result, share) => {
        const left = result === "disconnected" && !this.closing;
        log.end(call, left, left ? (received.partOf?.(share) ?? null) : null);
      });
    });
  }
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

export async function startServer(simulation: Simulation, port: number, host: string): Promise<RunningServer> {
  const router = new Router(simulation);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) =>
    router.route(request, response),
  );
  const address = await listen(server, port, host);
  return {
    url: `http://${host}:${address.port}`,
    /** Drops calls under way: some of them were never to be answered. */
    async close() {
      router.closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
