import { AppError } from "@leverframe/kernel";
import { bytesOf, textOf } from "../testing/member";
import { ScriptedLog } from "../testing/scripted-log";
import { until } from "../testing/until";
import { StageRuntime } from "./stage-runtime";
import type { StageRuntimeOptions } from "./stage-runtime-options";

const out = (text: string) => ({ topic: "out", key: null, value: bytesOf(text) });

describe("stage runtime", () => {
  let log: ScriptedLog;
  let runtime: StageRuntime;
  /** Ends the handling of an offset, when the test holds handlers back. */
  let held: Map<string, (outputs: readonly ReturnType<typeof out>[]) => void>;
  let events: string[];
  beforeEach(() => {
    log = new ScriptedLog();
    held = new Map();
    events = [];
  });
  afterEach(async () => {
    for (const release of held.values()) release([]);
    await runtime.drain();
  });

  const start = async (options: Partial<StageRuntimeOptions> = {}): Promise<void> => {
    runtime = new StageRuntime({
      log,
      groupId: "g",
      topics: ["t"],
      concurrencyMax: 4,
      commitEveryMs: 5,
      drainMsMax: 20,
      random: () => 0.5,
      sleep: async (ms) => void events.push(`slept ${ms}`),
      handle: async ({ value }) => [out(textOf(value))],
      deadLetter: ({ value }, { error, tries }) => ({ topic: "dead", key: null, value, headers: { reason: bytesOf(`${error.code} ${tries}`) } }),
      ...options,
    });
    await runtime.start();
    log.assign(0, 1);
  };
  const hold: StageRuntimeOptions["handle"] = ({ value }) => new Promise((resolve) => held.set(textOf(value), resolve));
  const settled = (): Promise<void> => until("all records have ended", () => runtime.state.buffered === 0);
  const appended = (): string[] => log.appended.map(({ topic, value }) => `${topic} ${textOf(value)}`);

  it("commits only up to the first record that is not complete", async () => {
    await start({ handle: hold });
    log.deliver(0, 3, 4, 9);
    held.get("4")!([out("4")]);
    held.get("9")!([]);
    await until("4 is out", () => appended().length === 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(log.committedOf(0)).toBeUndefined();
    held.get("3")!([]);
    await until("all is committed", () => log.committedOf(0) === 10n);
  });

  it("never completes a record before its outputs are acknowledged, and tries a failed produce again", async () => {
    log.appendErrors = [new AppError("unavailable", "away"), new AppError("timeout", "slow"), undefined];
    let handled = 0;
    await start({
      retry: { firstDelayMs: 100 },
      handle: async ({ value }) => {
        handled++;
        return [out(textOf(value)), out("second")];
      },
    });
    log.deliver(0, 0);
    await until("it is committed", () => log.committedOf(0) === 1n);
    expect(appended()).toEqual(["out 0", "out second"]);
    expect(handled).toBe(1);
    expect(events).toEqual(["slept 50", "slept 100"]);
  });

  it("buries a record whose outputs the log refuses for ever, and tries the burial until it holds", async () => {
    await start();
    log.appendErrors = [new AppError("record_too_large", "1.2 MB"), new AppError("record_too_large", "still"), new AppError("unavailable", "away")];
    log.deliver(0, 0);
    await until("it is committed", () => log.committedOf(0) === 1n);
    expect(appended()).toEqual(["dead 0"]);
    expect(textOf(log.appended[0]!.headers!["reason"]!)).toBe("record_too_large 1");
  });

  it("leaves a record that can't be buried incomplete, and says so", async () => {
    const crashes: string[] = [];
    const deadLetter = (): never => {
      throw new Error("no burial");
    };
    const handle = async ({ offset }: { offset: bigint }) => {
      if (offset === 1n) throw new AppError("bad_record", "bad");
      return [];
    };
    await start({ deadLetter, handle, onCrash: (error) => crashes.push(error.message) });
    log.deliver(0, 0, 1, 2);
    await settled();
    await until("it is committed", () => log.committedOf(0) !== undefined);
    expect(log.committedOf(0)).toBe(1n);
    expect(crashes).toEqual(["no burial"]);
  });

  it("never has more in flight than concurrencyMax, over all partitions", async () => {
    let most = 0;
    await start({ handle: hold, observer: { inFlight: (count) => (most = Math.max(most, count)) } });
    log.deliver(0, 0, 1, 2, 3);
    log.deliver(1, 10, 11, 12);
    expect(runtime.state).toMatchObject({ inFlight: 4, buffered: 7 });
    for (let ended = 0; ended < 7; ended++) {
      const [next] = held.keys();
      held.get(next!)!([]);
      held.delete(next!);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await settled();
    expect(most).toBe(4);
  });

  it("pauses every partition when the window is full, and resumes at half", async () => {
    await start({ handle: hold, windowRecordsMax: 6 });
    log.deliver(0, 0, 1, 2, 3, 4);
    expect([...log.paused]).toEqual([]);
    log.deliver(1, 10);
    expect([...log.paused].sort()).toEqual([0, 1]);
    for (const offset of ["0", "1"]) held.get(offset)!([]);
    await until("two have ended", () => runtime.state.buffered === 4);
    expect([...log.paused].sort()).toEqual([0, 1]);
    held.get("2")!([]);
    await until("it is half empty", () => log.paused.size === 0);
  });

  it("pauses a partition alone when one slow record holds its watermark back too far", async () => {
    await start({ spanRecordsMax: 10, handle: async (record, signal) => (record.offset === 0n ? hold(record, signal) : []) });
    log.deliver(0, 0, 1, 2, 3, 4, 5);
    await until("the others have ended", () => runtime.state.buffered === 1);
    log.deliver(0, 6, 7, 8, 9);
    expect([...log.paused]).toEqual([0]);
    await until("the others have ended", () => runtime.state.buffered === 1);
    held.get("0")!([]);
    await until("the partition goes on", () => log.paused.size === 0);
  });

  it("voids what was in flight at a rebalance: no output, no commit, and its handler is told", async () => {
    const aborted: string[] = [];
    await start({
      handle: ({ value }, signal) => {
        signal.addEventListener("abort", () => aborted.push(textOf(value)));
        return new Promise((resolve) => held.set(textOf(value), resolve));
      },
    });
    log.deliver(0, 0, 1);
    const [first, second] = [held.get("0")!, held.get("1")!];
    log.assign(0);
    expect(aborted).toEqual(["0", "1"]);
    first([out("late")]);
    second([out("late")]);
    log.deliver(0, 0, 1);
    await until("they are in flight again", () => runtime.state.inFlight === 2);
    held.get("0")!([out("new 0")]);
    held.get("1")!([out("new 1")]);
    await until("all is committed", () => log.committedOf(0) === 2n);
    expect(appended()).toEqual(["out new 0", "out new 1"]);
  });

  it("starts a partition over when the log goes back to before what was received", async () => {
    await start({ handle: hold });
    log.deliver(0, 50, 51);
    const late = held.get("50")!;
    log.deliver(0, 7, 8);
    late([out("late")]);
    for (const offset of ["7", "8"]) held.get(offset)!([out(offset)]);
    await until("the new records are committed", () => log.committedOf(0) === 9n);
    expect(appended().sort()).toEqual(["out 7", "out 8"]);
  });

  it("drains within its bound: what does not end is told to stop, and will be delivered again", async () => {
    await start({
      handle: ({ offset }, signal) => {
        if (offset === 0n) return Promise.resolve([out("0")]);
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new AppError("cancelled", "told to stop"))));
      },
      commitEveryMs: 60_000,
    });
    log.deliver(0, 0, 1);
    await runtime.drain();
    await runtime.drain();
    expect(appended()).toEqual(["out 0"]);
    expect(log.committedOf(0)).toBe(1n);
    expect([log.closed, runtime.state.running]).toEqual([true, false]);
  });

  it("commits again what a failed commit left, and tells of a consumer that ended", async () => {
    const failures: string[] = [];
    const crashes: string[] = [];
    await start({ observer: { commitFailed: (error) => failures.push(error.message) }, onCrash: (error) => crashes.push(error.message) });
    log.commitError = new AppError("unavailable", "no coordinator");
    log.deliver(1, 5);
    await until("a commit failed", () => failures.includes("no coordinator"));
    log.commitError = undefined;
    await until("it is committed", () => log.committedOf(1) === 6n);
    log.crash(new Error("gone"));
    expect([crashes, runtime.state.ready]).toEqual([["gone"], false]);
  });

  it("refuses a concurrency that is no number of records", () => {
    const handle = async (): Promise<never[]> => [];
    const make = () => new StageRuntime({ log, groupId: "g", topics: [], concurrencyMax: 0, handle, deadLetter: () => out("") });
    expect(make).toThrow("concurrencyMax is `0`, expected a whole number from 1");
  });
});
