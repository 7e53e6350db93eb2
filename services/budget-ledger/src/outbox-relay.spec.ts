import { AccountBook, type JournalEntry, type Outbox } from "@leverframe/budget";
import type { AnyMessage } from "@leverframe/contracts";
import { OutboxRelay } from "./outbox-relay";

const entry = (sequence: number, settled = 0): JournalEntry => ({
  entryId: `e${sequence}`, sequence, kind: "settled", reservationId: "r", attemptId: "a", requestId: "q", tenant: "acme",
  amountMicroUsd: settled, costNanoUsd: BigInt(settled) * 1_000n, status: "settled", override: null, atMicros: 1,
  postings: [{ scope: "tenant:acme", window: "2026-11", unit: "usd", cap: 100, reservedDelta: 0, settledDelta: settled, reservedAfter: 0, settledAfter: settled }],
});
const book = () =>
  new AccountBook([{ scope: "tenant:acme", window: "month", unit: "usd", cap: 100, hard: true, alertPercents: [80], timeZone: "UTC" }]);

class MemoryOutbox implements Outbox {
  constructor(public waiting: JournalEntry[]) {}
  read = (max: number) => Promise.resolve(this.waiting.slice(0, max));
  acknowledge = (ids: readonly string[]) => {
    this.waiting = this.waiting.filter(({ entryId }) => !ids.includes(entryId));
    return Promise.resolve();
  };
}

function relayOver(outbox: Outbox, publish: (messages: readonly AnyMessage[]) => Promise<void>) {
  const errors: unknown[] = [];
  const relay = new OutboxRelay({ outbox, book, publish, onError: (error) => errors.push(error), pauseMs: 1 });
  return { relay, errors };
}

describe("the outbox relay", () => {
  it("I5 nothing lost: removes entries only after the log has them, and tries again after an error", async () => {
    const outbox = new MemoryOutbox([entry(1), entry(2)]);
    const published: string[] = [];
    let failures = 2;
    const { relay, errors } = relayOver(outbox, (messages) => {
      expect(outbox.waiting).toHaveLength(2);
      if (failures-- > 0) return Promise.reject(new Error("log down"));
      published.push(...messages.map(({ key }) => key));
      return Promise.resolve();
    });
    relay.start();
    while (outbox.waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await relay.stop();
    expect(errors).toHaveLength(2);
    expect(published).toEqual(["q", "q"]);
  });

  it("carries what is waiting before it stops, and gives up on a log that is down", async () => {
    const outbox = new MemoryOutbox([entry(1)]);
    const carried = relayOver(outbox, () => Promise.resolve());
    carried.relay.start();
    await carried.relay.stop();
    expect(outbox.waiting).toEqual([]);
    const stuck = relayOver(new MemoryOutbox([entry(1)]), () => Promise.reject(new Error("down")));
    stuck.relay.start();
    await stuck.relay.stop();
  });

  it("tells of a threshold that an entry crossed, once", async () => {
    const sent: AnyMessage[] = [];
    const { relay } = relayOver(new MemoryOutbox([entry(1, 79), entry(2, 85)]), (messages) => Promise.resolve(void sent.push(...messages)));
    relay.start();
    await relay.stop();
    const statuses = sent.filter(({ topic }) => topic === "budget-status").map(({ event }) => event);
    expect(statuses).toMatchObject([{ scope: "tenant:acme", band: "warning", thresholdPercent: 80 }]);
  });
});
