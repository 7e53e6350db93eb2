import { AccountBook, type BudgetCap, type JournalEntry, type Outbox, type Unit } from "@leverframe/budget";
import type { AnyMessage } from "@leverframe/contracts";
import type { BudgetStatus } from "@leverframe/events";
import fc from "fast-check";
import { OutboxRelay } from "./outbox-relay";

const SCOPE = "department:acme/Sales";

function settlement(sequence: number, settledDelta: number, settledAfter: number, cap: number | null = 100, unit: Unit = "usd"): JournalEntry {
  return {
    entryId: `e${sequence}`, sequence, kind: "settled", reservationId: "r", attemptId: "a", requestId: "q", tenant: "acme", amountMicroUsd: 0, costNanoUsd: 0n, status: "finished", override: null, atMicros: sequence,
    postings: [{ scope: SCOPE, window: "2026-11", unit, cap, reservedDelta: 0, settledDelta, reservedAfter: 0, settledAfter }],
  };
}

const bookOf = (over: Partial<BudgetCap> = {}) =>
  new AccountBook([{ scope: SCOPE, window: "month", unit: "usd", cap: 100, hard: true, alertPercents: [50, 80, 95], timeZone: "UTC", ...over }]);

/** What a relay says of these entries before it is stopped. */
async function told(entries: readonly JournalEntry[], book: () => AccountBook = bookOf): Promise<readonly BudgetStatus[]> {
  let waiting = [...entries];
  const sent: BudgetStatus[] = [];
  const outbox: Outbox = {
    read: () => Promise.resolve(waiting.splice(0, 2)),
    acknowledge: () => Promise.resolve(),
  };
  const publish = (messages: readonly AnyMessage[]) => Promise.resolve(void sent.push(...messages.flatMap(({ topic, event }) => (topic === "budget-status" ? [event as BudgetStatus] : []))));
  const relay = new OutboxRelay({ outbox, book, publish, onError: () => (waiting = []), pauseMs: 1 });
  relay.start();
  await relay.stop();
  return sent;
}
const percents = (statuses: readonly BudgetStatus[]) => statuses.map(({ thresholdPercent }) => thresholdPercent);

describe("alerts about thresholds", () => {
  test("each threshold is told once on the way up, in order, with what was spent and the band", async () => {
    const statuses = await told([settlement(1, 40, 40), settlement(2, 15, 55), settlement(3, 5, 60), settlement(4, 39, 99), settlement(5, 2, 101), settlement(6, 1, 102)]);
    expect(statuses.map(({ thresholdPercent, settled, band, kind, unit }) => [thresholdPercent, settled, band, kind, unit])).toEqual([
      [50, 55, "warning", "threshold", "usd"],
      [80, 99, "warning", "threshold", "usd"],
      [95, 99, "warning", "threshold", "usd"],
      [100, 101, "exceeded", "threshold", "usd"],
    ]);
  });

  test("several relays and restarts say the same ids, so that whoever hears them twice knows it", async () => {
    const entries = [settlement(1, 55, 55), settlement(2, 30, 85), settlement(3, 1, 86)];
    const all = await told(entries);
    const [one, two] = [await told(entries.slice(0, 2)), await told(entries.slice(2))];
    expect(new Set([...one, ...two].map(({ eventId }) => eventId))).toEqual(new Set(all.map(({ eventId }) => eventId)));
    expect(percents(all)).toEqual([50, 80]);
  });

  test("a cap that is lowered below what is spent is told with the next settlement, and so is a threshold that is added", async () => {
    let book = bookOf();
    const lowered = [settlement(1, 40, 40), settlement(2, 1, 41), settlement(3, 1, 42, 40)];
    expect((await told(lowered, () => book)).map(({ cap, thresholdPercent }) => [cap, thresholdPercent])).toEqual([[40, 50], [40, 80], [40, 95], [40, 100]]);
    book = bookOf({ alertPercents: [30, 50] });
    expect(percents(await told([settlement(9, 1, 43)], () => book))).toEqual([30]);
  });

  test("a top-up is another cap with thresholds of its own", async () => {
    const statuses = await told([settlement(1, 85, 85), settlement(2, 1, 86, 200), settlement(3, 20, 106, 200), settlement(4, 60, 166, 200)]);
    expect(statuses.map(({ cap, thresholdPercent }) => [cap, thresholdPercent])).toEqual([[100, 50], [100, 80], [200, 50], [200, 80]]);
  });

  test("tokens and requests are told in their unit, and not as dollars", async () => {
    const [status] = await told([settlement(1, 900, 900, 1_000, "tokens")], () => bookOf({ unit: "tokens", cap: 1_000, alertPercents: [80] }));
    expect(status).toMatchObject({ unit: "tokens", cap: 1_000, settled: 900, capMicroUsd: 0, settledMicroUsd: 0, eventId: `${SCOPE}.2026-11.tokens.1000.80` });
  });

  test("I6 for any spending, however it is cut into relays: exactly the thresholds that are reached in the end, no id twice in one relay", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }), fc.integer({ min: 0, max: 12 }), async (amounts, restartAt) => {
        let sum = 0;
        const entries = amounts.map((amount, index) => settlement(index + 1, amount, (sum += amount)));
        const runs = [await told(entries.slice(0, restartAt)), await told(entries.slice(restartAt))];
        for (const run of runs) expect(new Set(run.map(({ eventId }) => eventId)).size).toBe(run.length);
        expect([...new Set(percents(runs.flat()))].sort((a, b) => a - b)).toEqual([50, 80, 95, 100].filter((percent) => sum >= percent));
      }),
      { numRuns: 40 },
    );
  });
});
