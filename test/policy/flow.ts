import { setTimeout as sleep } from "node:timers/promises";
import type { Request } from "@leverframe/events";
import { requestOf, type TestClient } from "../support/installation";

const UNANSWERED_MAX = 100;

/** Requests that keep coming while something else happens. */
export class Flow {
  readonly asked: Request[] = [];
  private running: Promise<void>;
  private ended = false;
  private readonly answersBefore: number;

  constructor(
    private readonly client: TestClient,
    private readonly everyMs: number,
  ) {
    this.answersBefore = client.responses.length;
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
      // No more than a slow machine answers in time.
      while (this.asked.length - (this.client.responses.length - this.answersBefore) > UNANSWERED_MAX) await sleep(this.everyMs);
    }
  }
}
