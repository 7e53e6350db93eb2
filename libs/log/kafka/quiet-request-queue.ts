import RequestQueue from "kafkajs/src/network/requestQueue/index.js";

/**
 * kafkajs 2.2.4 checks each connection's queue of waiting requests every millisecond for ever, also when nothing waits
 * (github.com/tulios/kafkajs issues 1556, 1704 and 1751): 4–5 % of a core in an idle process, and Node 24's
 * TimeoutNegativeWarning. A check is needed only while something waits, and whatever is added to the queue schedules one.
 */
const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;

RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};
