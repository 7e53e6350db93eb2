/** The parts of kafkajs 2.2.4 that quiet-request-queue.ts reaches for; not part of its public types. */
declare module "kafkajs/src/network/requestQueue/index.js" {
  export default class RequestQueue {
    pending: unknown[];
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    scheduleCheckPendingRequests(): void;
  }
}
