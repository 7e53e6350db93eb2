import { setTimeout as sleep } from "node:timers/promises";
import type { AnyMessage } from "@leverframe/contracts";
import type { Funded, ResponseDelta } from "@leverframe/events";
import type { Timer } from "@leverframe/execution";
import fc from "fast-check";
import { AnswerDeltas } from "./answer-deltas";

const eventOf = (round: number) => ({ meta: { requestId: "r1", round }, origin: { application: "crm", tenant: "acme" } }) as unknown as Funded;
const text = (piece: string) => ({ type: "text", text: piece }) as const;

/** Milliseconds that pass when they are told to. */
class TestTime implements Timer {
  nowMs = 0;
  private readonly alarms = new Map<() => void, number>();

  after(delayMs: number, fire: () => void): () => void {
    this.alarms.set(fire, this.nowMs + delayMs);
    return () => this.alarms.delete(fire);
  }

  async pass(ms: number): Promise<void> {
    for (const end = this.nowMs + ms; this.nowMs < end; this.nowMs += 1) await this.fireDue();
    await this.fireDue();
  }

  private async fireDue(): Promise<void> {
    for (const [fire, atMs] of this.alarms) if (atMs <= this.nowMs && this.alarms.delete(fire)) fire();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A log that keeps what it is given; `gate` holds a publish until it is opened. */
function deltasTo(round = 0) {
  const batches: ResponseDelta[][] = [];
  const lost: unknown[] = [];
  const state: { gate: Promise<void> | null; fails: boolean } = { gate: null, fails: false };
  const leftAtMs: number[] = [];
  const time = new TestTime();
  const outlet = new AnswerDeltas(eventOf(round), {
    timer: time,
    publish: async (messages: readonly AnyMessage[]) => {
      await state.gate;
      if (state.fails) throw new Error("the log is away");
      batches.push(messages.map(({ event }) => event as ResponseDelta));
      leftAtMs.push(time.nowMs);
    },
    onLost: (error) => lost.push(error),
  });
  const told = () => batches.flat().map(({ kind, text: piece, code }) => [kind, code ?? piece].join(" ").trim());
  return { outlet, batches, lost, state, told, time, leftAtMs };
}

describe("the pieces of an answer", () => {
  it("leave with what names them: the first at once, the rest together, in order and without gaps", async () => {
    const { outlet, batches, told } = deltasTo();
    void outlet.write(0, text("Hel"));
    for (const piece of ["lo", ", ", "world"]) void outlet.write(0, text(piece));
    await outlet.end(0, null);
    expect(told()).toEqual(["text Hel", "text lo, world", "end"]);
    expect(batches[0]?.[0]).toMatchObject({ requestId: "r1", application: "crm", tenant: "acme", round: 0, attempt: 0, index: 0 });
    expect(batches.flat().map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it("leave after some milliseconds when nothing else comes", async () => {
    const { outlet, told, time } = deltasTo();
    void outlet.write(0, text("a"));
    void outlet.write(0, text("b"));
    await time.pass(40);
    expect(told()).toEqual(["text a", "text b"]);
    await outlet.end(0, null);
  });

  /** Pieces that come one each `everyMs`. */
  async function shown(everyMs: number, pieces: number) {
    const deltas = deltasTo();
    for (let piece = 0; piece < pieces; piece++) {
      void deltas.outlet.write(0, text("x"));
      await deltas.time.pass(everyMs);
    }
    return deltas;
  }

  it("of a slow stream leave when they come", async () => {
    const { leftAtMs } = await shown(50, 10);
    expect(leftAtMs).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400, 450]);
  });

  it("of a fast stream leave together, none later than 40 ms after it came", async () => {
    const { leftAtMs, batches } = await shown(5, 200);
    expect(leftAtMs).toEqual(Array.from({ length: 26 }, (_none, gap) => gap * 40));
    expect(batches.flat().map((delta) => delta.text).join("")).toBe("x".repeat(200));
  });

  it("of tool calls keep to their call", async () => {
    const { outlet, batches } = deltasTo();
    void outlet.write(0, text("I look."));
    void outlet.write(0, { type: "tool_call", index: 0, id: "c1", name: "find", arguments: '{"a"' });
    void outlet.write(0, { type: "tool_call", index: 0, id: null, name: null, arguments: ":1}" });
    void outlet.write(0, { type: "tool_call", index: 1, id: "c2", name: "find", arguments: "{}" });
    await outlet.end(0, null);
    expect(batches.flat().filter(({ kind }) => kind === "tool_call")).toMatchObject([
      { toolIndex: 0, toolId: "c1", toolName: "find", text: '{"a":1}' },
      { toolIndex: 1, toolId: "c2", toolName: "find", text: "{}" },
    ]);
  });

  it("of a later attempt begin with a restart, and those of an earlier one are dropped", async () => {
    const { outlet, told, batches } = deltasTo();
    void outlet.write(0, text("old"));
    void outlet.write(2, text("new"));
    void outlet.write(0, text("late"));
    await outlet.end(0, null);
    await outlet.end(2, null);
    expect(told()).toEqual(["text old", "restart", "text new", "end"]);
    expect(batches.flat().at(-1)).toMatchObject({ attempt: 2, index: 2 });
  });

  it("of a later round begin with a restart, also in its first attempt", async () => {
    const { outlet, told } = deltasTo(1);
    void outlet.write(0, text("a"));
    await outlet.end(0, { code: "stream_interrupted", message: "why" });
    expect(told()).toEqual(["restart", "text a", "error stream_interrupted"]);
  });

  it("wait in bounded memory while the log is slow: the provider is read no further", async () => {
    const { outlet, batches, state, told } = deltasTo();
    const gate = Promise.withResolvers<void>();
    state.gate = gate.promise;
    void outlet.write(0, text("first"));
    let waiting: void | Promise<void> = undefined;
    let written = 0;
    while (!waiting) {
      waiting = outlet.write(0, text("x".repeat(1_000)));
      written += 1;
    }
    expect(written).toBeLessThanOrEqual(66);
    let open = false;
    void waiting.then(() => (open = true));
    await sleep(30);
    expect([open, batches.length]).toEqual([false, 0]);
    gate.resolve();
    state.gate = null;
    await waiting;
    await outlet.end(0, null);
    expect(batches.flat().reduce((sum, delta) => sum + delta.text.length, 0)).toBe(5 + written * 1_000);
    expect(told().at(-1)).toBe("end");
  });

  it("are given up when the log cannot be written, without holding the answer up", async () => {
    const { outlet, lost, state, batches } = deltasTo();
    state.fails = true;
    void outlet.write(0, text("a"));
    for (let times = 0; times < 200; times++) await outlet.write(0, text("x".repeat(1_000)));
    await outlet.end(0, null);
    expect([lost.length, batches.length]).toEqual([1, 0]);
  });

  it("are the text, whatever its pieces", async () => {
    const piece = fc.string({ unit: "grapheme", maxLength: 30_000, size: "max" });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async (pieces) => {
        const { outlet, batches } = deltasTo();
        for (const one of pieces) await outlet.write(0, text(one));
        await outlet.end(0, null);
        expect(batches.flat().map((delta) => delta.text).join("")).toBe(pieces.join(""));
        for (const delta of batches.flat()) expect(delta.text.isWellFormed()).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
