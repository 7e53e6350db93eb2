import type { ServerResponse } from "node:http";
import type { Delivery } from "./plan";

/** A paced stream is written in at most this many steps: a timer for every token would cost more than the token. */
const PACED_WRITES_MAX = 16;

/** What ends a delivery: everything was sent (or dropped on purpose), or the client went away first. */
export type DeliveryResult = "done" | "disconnected";

/** Sends one response with its timing. `ended` is called once. */
export function deliver(delivery: Delivery, response: ServerResponse, ended: (result: DeliveryResult) => void): void {
  new Sending(delivery, response, ended).start();
}

class Sending {
  private timer: NodeJS.Timeout | null = null;
  private over = false;

  constructor(
    private readonly delivery: Delivery,
    private readonly response: ServerResponse,
    private readonly ended: (result: DeliveryResult) => void,
  ) {}

  start(): void {
    const { latency, end, parts } = this.delivery;
    this.response.on("close", () => this.finish("disconnected"));
    // Nothing is ever written: the client's own deadline ends it.
    if (end === "never") return;
    const streamed = parts.length > 1;
    this.after(streamed ? latency.firstTokenMs : latency.totalMs, () => this.begin(streamed));
  }

  private begin(streamed: boolean): void {
    const { delivery, response } = this;
    if (delivery.end === "reset") {
      this.finish("done");
      response.socket?.resetAndDestroy();
      return;
    }
    response.writeHead(delivery.status, delivery.headers);
    const { totalMs, firstTokenMs } = delivery.latency;
    const restMs = totalMs - firstTokenMs;
    if (!streamed || restMs < 1) this.last(delivery.parts.join(""));
    else this.paced(0, Math.ceil(delivery.parts.length / PACED_WRITES_MAX), restMs);
  }

  private paced(from: number, size: number, restMs: number): void {
    const { parts } = this.delivery;
    const chunk = parts.slice(from, from + size).join("");
    if (from + size >= parts.length) {
      this.last(chunk);
      return;
    }
    this.response.write(chunk);
    this.after((restMs * size) / parts.length, () => this.paced(from + size, size, restMs));
  }

  private last(text: string): void {
    const { response } = this;
    if (this.delivery.end !== "cut") {
      response.end(text, () => this.finish("done"));
      return;
    }
    response.flushHeaders();
    // Only once the part is on its way; a socket destroyed earlier would take it along.
    response.write(text, () => {
      this.finish("done");
      response.socket?.destroy();
    });
  }

  private after(ms: number, action: () => void): void {
    if (ms < 1) {
      action();
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = null;
      if (!this.over) action();
    }, ms);
  }

  private finish(result: DeliveryResult): void {
    if (this.over) return;
    this.over = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.ended(result);
  }
}
