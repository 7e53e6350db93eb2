import type { ProviderAdapter, ProviderAnswer, ProviderCall, ProviderDelta } from "../provider-adapter";
import type { Timer } from "../timer";

/** How one call goes: an answer, an error, or never to end; after a while if it says so. */
export interface ScriptedCall {
  readonly answer?: Partial<ProviderAnswer>;
  readonly error?: unknown;
  readonly hangs?: boolean;
  readonly latencyMs?: number;
  /** Pieces of the answer, given to whoever wants it streamed before the answer or the error; together they are its text. */
  readonly says?: readonly (string | ProviderDelta)[];
  /** Between two pieces. */
  readonly sayEveryMs?: number;
  /** Runs as the call arrives. */
  readonly onCall?: (call: ProviderCall, signal: AbortSignal) => void;
}

export const USAGE = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 50, reasoningTokens: 0 };

const ANSWER: ProviderAnswer = {
  text: "an answer",
  finishReason: "stop",
  refused: false,
  usage: USAGE,
  providerRequestId: "req-1",
  model: "model-1",
  region: null,
  rateLimit: null,
};

/** What the calls of each candidate are answered with, where that shall not depend on their order. */
export type ScriptByCandidate = Readonly<Record<string, readonly ScriptedCall[]>>;

/** Answers calls in the order of a script, its last line for ever; remembers who called. */
export class ScriptedAdapter implements ProviderAdapter {
  readonly calls: ProviderCall[] = [];
  readonly startedAtMicros: number[] = [];
  /** Pieces that were taken. */
  said = 0;

  constructor(
    private readonly time: Timer & { nowMicros(): number },
    public script: readonly ScriptedCall[] | ScriptByCandidate = [{}],
  ) {}

  private lineFor({ deployment: { id } }: ProviderCall): ScriptedCall {
    if (isList(this.script)) return this.script[Math.min(this.calls.length, this.script.length - 1)] ?? {};
    const own = this.script[id] ?? [];
    const before = this.calls.filter(({ deployment }) => deployment.id === id).length;
    return own[Math.min(before, own.length - 1)] ?? {};
  }

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    const line = this.lineFor(call);
    this.calls.push(call);
    this.startedAtMicros.push(this.time.nowMicros());
    line.onCall?.(call, signal);
    if (line.hangs) return new Promise<never>(() => undefined);
    if (line.latencyMs !== undefined) await this.wait(line.latencyMs);
    for (const piece of line.says ?? []) {
      // As a real one, it stops reading when nobody listens any more.
      if (signal.aborted || !call.onDelta) break;
      await call.onDelta(typeof piece === "string" ? { type: "text", text: piece } : piece);
      this.said += 1;
      if (line.sayEveryMs !== undefined) await this.wait(line.sayEveryMs);
    }
    if (line.error !== undefined) throw line.error;
    const text = line.says?.map((piece) => (typeof piece === "string" ? piece : "")).join("");
    return { ...ANSWER, ...(text === undefined ? {} : { text }), ...line.answer };
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.time.after(ms, resolve));
  }
}

const isList = (script: readonly ScriptedCall[] | ScriptByCandidate): script is readonly ScriptedCall[] => Array.isArray(script);
