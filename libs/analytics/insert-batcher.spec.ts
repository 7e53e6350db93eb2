import { AppError } from "@leverframe/kernel";
import fc from "fast-check";
import { type BatchBounds, InsertBatcher } from "./insert-batcher";

const BOUNDS: BatchBounds = { rowsMax: 10, bytesMax: 1_000_000, lingerMs: 1, waitingBytesMax: 1_000_000 };
const row = (id: number) => ({ id });
const idsOf = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as { id: number }).id);

/** Answers only when told to. */
function held() {
  const calls: { ids: number[]; end: (error?: AppError) => void }[] = [];
  const send = (_table: string, lines: readonly string[]) =>
    new Promise<void>((resolve, reject) => calls.push({ ids: idsOf(lines), end: (error) => (error ? reject(error) : resolve()) }));
  return { calls, send };
}

const until = async (reached: () => boolean): Promise<void> => {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe("insert batcher", () => {
  it("resolves an insert only when its rows are acknowledged", async () => {
    const { calls, send } = held();
    const batcher = new InsertBatcher(send, BOUNDS);
    let done = false;
    const insert = batcher.insert("t", [row(1)]).then(() => (done = true));
    await until(() => calls.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(done).toBe(false);
    calls[0]!.end();
    await insert;
    expect(done).toBe(true);
  });

  it("makes what arrives during a batch the next one, table by table", async () => {
    const { calls, send } = held();
    const batcher = new InsertBatcher(send, BOUNDS);
    const all = [batcher.insert("t", [row(1)]), batcher.insert("t", [row(2)])];
    await until(() => calls.length === 1);
    all.push(batcher.insert("t", [row(3)]), batcher.insert("t", [row(4)]), batcher.insert("u", [row(5)]));
    await until(() => calls.length === 2);
    expect(calls.map(({ ids }) => ids)).toEqual([[1, 2], [5]]);
    calls[0]!.end();
    await until(() => calls.length === 3);
    expect(calls[2]!.ids).toEqual([3, 4]);
    for (const call of calls) call.end();
    await Promise.all(all);
  });

  it("refuses rows beyond its bound of memory as unavailable, and takes rows again afterwards", async () => {
    const { calls, send } = held();
    const batcher = new InsertBatcher(send, { ...BOUNDS, waitingBytesMax: 20 });
    const first = batcher.insert("t", [row(1)]);
    const second = batcher.insert("t", [row(2)]);
    await expect(batcher.insert("t", [row(3)])).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await until(() => calls.length === 1);
    calls[0]!.end();
    await Promise.all([first, second]);
    const third = batcher.insert("t", [row(3)]);
    await until(() => calls.length === 2);
    calls[1]!.end();
    await third;
  });

  it("takes a single insert that is larger than every bound", async () => {
    const sent: number[][] = [];
    const batcher = new InsertBatcher(async (_: string, lines) => void sent.push(idsOf(lines)), { ...BOUNDS, rowsMax: 2, bytesMax: 5, waitingBytesMax: 5 });
    await batcher.insert("t", [row(1), row(2), row(3)]);
    expect(sent).toEqual([[1, 2, 3]]);
  });

  it("refuses every insert of a batch when the store is away, without trying each alone", async () => {
    let calls = 0;
    const batcher = new InsertBatcher(async () => {
      calls++;
      throw new AppError("unavailable", "away");
    }, BOUNDS);
    const results = await Promise.allSettled([1, 2, 3].map((id) => batcher.insert("t", [row(id)])));
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    expect(calls).toBe(1);
  });

  it("stores what it has accepted when it closes, and accepts no more", async () => {
    const sent: number[][] = [];
    const batcher = new InsertBatcher(async (_: string, lines) => void sent.push(idsOf(lines)), { ...BOUNDS, lingerMs: 60_000 });
    const inserts = Array.from({ length: 25 }, (_, id) => batcher.insert("t", [row(id)]));
    await batcher.close();
    await Promise.all(inserts);
    expect(sent.flat()).toEqual(Array.from({ length: 25 }, (_, id) => id));
    await expect(batcher.insert("t", [row(99)])).rejects.toMatchObject({ code: "unavailable" });
    await batcher.close();
  });

  it("I5 acknowledges exactly the rows that were stored, once each, whatever rows are bad", async () => {
    const inserts = fc.array(fc.record({ rows: fc.integer({ min: 0, max: 4 }), bad: fc.boolean() }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(inserts, fc.integer({ min: 1, max: 12 }), async (plan, rowsMax) => {
        const stored: number[] = [];
        const bad = new Set<number>();
        let next = 0;
        const batcher = new InsertBatcher(
          async (_: string, lines) => {
            await Promise.resolve();
            const ids = idsOf(lines);
            if (ids.some((id) => bad.has(id))) throw new AppError("bad_record", "bad row");
            stored.push(...ids);
          },
          { ...BOUNDS, rowsMax, lingerMs: 0 },
        );
        const expected: number[] = [];
        const results = plan.map((one) => {
          const ids = Array.from({ length: one.rows }, () => next++);
          if (one.bad && ids.length > 0) bad.add(ids.at(-1)!);
          else expected.push(...ids);
          return batcher.insert("t", ids.map(row)).then(() => true, () => false);
        });
        await batcher.close();
        expect(await Promise.all(results)).toEqual(plan.map((one) => !one.bad || one.rows === 0));
        expect(stored).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
