import type { Request, Response } from "@leverframe/events";
import type { SourcedRequest } from "../requests/read-requests";

/** Requests that were sent and not answered yet. A request is known by its idempotency key where it has one, else by its id. */
export class PendingAnswers {
  private readonly waiting = new Map<string, SourcedRequest[]>();

  expect(request: Pick<Request, "requestId" | "idempotencyKey">, sourced: SourcedRequest): void {
    const key = keyOf(request);
    const others = this.waiting.get(key);
    if (others === undefined) this.waiting.set(key, [sourced]);
    else others.push(sourced);
  }

  /** Those that this answers: several for one key, none for an answer to somebody else or a redelivered one. */
  answered(response: Pick<Response, "requestId" | "idempotencyKey">): readonly SourcedRequest[] {
    const key = keyOf(response);
    const requests = this.waiting.get(key) ?? [];
    this.waiting.delete(key);
    return requests;
  }

  get unanswered(): readonly SourcedRequest[] {
    return [...this.waiting.values()].flat();
  }

  get size(): number {
    return this.waiting.size;
  }
}

function keyOf({ requestId, idempotencyKey }: Pick<Request, "requestId" | "idempotencyKey">): string {
  return idempotencyKey === null ? `id ${requestId.toLowerCase()}` : `key ${idempotencyKey}`;
}
