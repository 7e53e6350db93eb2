import { setTimeout as sleep } from "node:timers/promises";
import type { Request } from "@leverframe/events";
import { requestOf, type TestClient } from "../support/installation";

/** Requests that keep coming while something else happens. */
export class Flow {
  readonly asked: Request[] = [];
  private running: Promise<void>;
  private ended = false;

  constructor(
    private readonly client: TestClient,
    private readonly everyMs: number,
  ) {
    this.running = this.run();
  }

  /** Ends the flow; resolves when every request is answered. */
  async end(): Promise<void> {
    this.ended = true;
    await this.running;
    await this.client.settled(this.asked.map(({ requestId }) => requestId));
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      const request = requestOf();
      this.asked.push(request);
      await this.client.send([request]);
      await sleep(this.everyMs);
    }
  }
}
