import type { ServerResponse } from "node:http";
import type { Delivery } from "./plan";
import type { Part } from "./wire/reply";

/** A paced stream is written in at most this many steps: a timer for every token would cost more than the token. */
const PACED_WRITES_MAX = 16;

/** What ends a delivery: everything was sent (or dropped on purpose), or the client went away first. */
export type DeliveryResult = "done" | "disconnected";

/** Told once, with the share of the parts that was sent. */
type Ended = (result: DeliveryResult, share: number) => void;

/** Sends one response with its timing. */
export function deliver(delivery: Delivery, response: ServerResponse, ended: Ended): void {
  new Sending(delivery, response, ended).start();
}

class Sending {
  private timer: NodeJS.Timeout | null = null;
  private over = false;
  private sentParts = 0;

  constructor(
    private readonly delivery: Delivery,
    private readonly response: ServerResponse,
    private readonly ended: Ended,
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
    const { parts, partMs, latency } = delivery;
    const restMs = partMs === undefined ? latency.totalMs - latency.firstTokenMs : partMs * parts.length;
    if (!streamed || restMs < 1) this.last(joined(parts));
    else this.paced(0, partMs === undefined ? Math.ceil(parts.length / PACED_WRITES_MAX) : 1, restMs);
  }

  private paced(from: number, size: number, restMs: number): void {
    const { parts } = this.delivery;
    const chunk = joined(parts.slice(from, from + size));
    this.sentParts = from;
    if (from + size >= parts.length) {
      this.last(chunk);
      return;
    }
    this.response.write(chunk);
    this.after((restMs * size) / parts.length, () => this.paced(from + size, size, restMs));
  }

  private last(text: Part): void {
    const { response } = this;
    if (this.delivery.end === "stall") {
      this.sentParts = this.delivery.parts.length;
      response.write(text);
      return;
    }
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
    const { length } = this.delivery.parts;
    this.ended(result, length === 0 ? 0 : this.sentParts / length);
  }
}

const joined = (parts: readonly Part[]): Part =>
  parts.every((part) => typeof part === "string") ? parts.join("") : Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
