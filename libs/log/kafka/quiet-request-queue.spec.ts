import RequestQueue from "kafkajs/src/network/requestQueue/index.js";
import "./quiet-request-queue";

const queue = (pending: unknown[]): RequestQueue =>
  Object.assign(Object.create(RequestQueue.prototype) as RequestQueue, { pending, throttledUntil: -1, throttleCheckTimeoutId: null });

describe("kafkajs's request queue", () => {
  it("sets no timer while nothing waits, and one while something does", () => {
    const idle = queue([]);
    idle.scheduleCheckPendingRequests();
    expect(idle.throttleCheckTimeoutId).toBeNull();
    const busy = queue(["a request"]);
    busy.scheduleCheckPendingRequests();
    expect(busy.throttleCheckTimeoutId).not.toBeNull();
    clearTimeout(busy.throttleCheckTimeoutId!);
  });
});
