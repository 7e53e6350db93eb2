import { AppError } from "@leverframe/kernel";
import type { OutgoingRecord } from "./log";
import { ProduceBatcher } from "./produce-batcher";
import { bytesOf, textOf } from "./testing/member";

const record = (text: string): OutgoingRecord => ({ topic: "t", key: null, value: bytesOf(text) });

/** A log whose batches end when the test says so. */
class Sink {
  readonly batches: string[][] = [];
  readonly ends: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  readonly send = (records: readonly OutgoingRecord[]): Promise<void> => {
    this.batches.push(records.map(({ value }) => textOf(value)));
    return new Promise((resolve, reject) => this.ends.push({ resolve, reject }));
  };
}

/** A timer alone may be due before the turn's `setImmediate` is: on a busy machine two milliseconds are over at once. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(() => setImmediate(() => setImmediate(resolve)), 2));
const limits = { batchRecordsMax: 4, batchBytesMax: 10_000, waitingRecordsMax: 20 };

describe("produce batcher", () => {
  it("sends what one turn of the event loop appended as one batch, and what comes meanwhile as the next", async () => {
    const sink = new Sink();
    const batcher = new ProduceBatcher({ ...limits, send: sink.send });
    const first = [batcher.append([record("a")]), batcher.append([record("b"), record("c")])];
    await turn();
    const second = [batcher.append([record("d")]), batcher.append([record("e")])];
    await turn();
    expect(sink.batches).toEqual([["a", "b", "c"]]);
    sink.ends[0]!.resolve();
    await Promise.all(first);
    await turn();
    expect(sink.batches).toEqual([["a", "b", "c"], ["d", "e"]]);
    sink.ends[1]!.resolve();
    await Promise.all(second);
  });

  it("bounds a batch by records and by bytes, and never splits one append", async () => {
    const sink = new Sink();
    const batcher = new ProduceBatcher({ ...limits, send: sink.send });
    const large = "x".repeat(9_000);
    const appends = [["1", "2", "3"], ["4", "5"], ["6", "7", "8", "9", "10", "11"], [large], [large]].map((texts) => batcher.append(texts.map(record)));
    for (let batch = 0; batch < 5; batch++) {
      await turn();
      sink.ends[batch]!.resolve();
    }
    await Promise.all(appends);
    expect(sink.batches.map((batch) => batch.length)).toEqual([3, 2, 6, 1, 1]);
  });

  it("lets the neighbours of a bad record through", async () => {
    const sent: string[] = [];
    const batcher = new ProduceBatcher({
      ...limits,
      send: (records) => {
        const texts = records.map(({ value }) => textOf(value));
        if (texts.includes("bad")) throw new AppError("record_too_large", "too large");
        sent.push(...texts);
      },
    });
    const results = await Promise.allSettled(["a", "bad", "b"].map((text) => batcher.append([record(text)])));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(sent).toEqual(["a", "b"]);
  });

  it("fails a whole batch at once when the log is away, and goes on with the next", async () => {
    const sink = new Sink();
    const batcher = new ProduceBatcher({ ...limits, send: sink.send });
    const away = Promise.allSettled([batcher.append([record("a")]), batcher.append([record("b")])]);
    await turn();
    const next = batcher.append([record("c")]);
    sink.ends[0]!.reject(new AppError("unavailable", "away"));
    expect((await away).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await turn();
    sink.ends[1]!.resolve();
    await next;
    expect(sink.batches).toEqual([["a", "b"], ["c"]]);
  });

  it("refuses what would wait beyond its bound as retryable, and everything once closed", async () => {
    const sink = new Sink();
    const batcher = new ProduceBatcher({ ...limits, send: sink.send });
    const accepted = Array.from({ length: 20 }, (_, index) => batcher.append([record(`${index}`)]));
    await expect(batcher.append([record("one too many")])).rejects.toMatchObject({ code: "unavailable", retryable: true });
    const closing = batcher.close();
    await expect(batcher.append([record("late")])).rejects.toMatchObject({ code: "unavailable" });
    for (let batch = 0; batch < 5; batch++) {
      await turn();
      sink.ends[batch]!.resolve();
    }
    await closing;
    await Promise.all(accepted);
    expect(sink.batches.flat()).toHaveLength(20);
  });
});
