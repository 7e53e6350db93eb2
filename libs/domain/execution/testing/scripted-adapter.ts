import type { ProviderAdapter, ProviderAnswer, ProviderCall } from "../provider-adapter";
import type { Timer } from "../timer";

/** How one call goes: an answer, an error, or never to end; after a while if it says so. */
export interface ScriptedCall {
  readonly answer?: Partial<ProviderAnswer>;
  readonly error?: unknown;
  readonly hangs?: boolean;
  readonly latencyMs?: number;
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

/** Answers calls in the order of a script, its last line for ever; remembers who called. */
export class ScriptedAdapter implements ProviderAdapter {
  readonly calls: ProviderCall[] = [];
  readonly startedAtMicros: number[] = [];

  constructor(
    private readonly time: Timer & { nowMicros(): number },
    public script: readonly ScriptedCall[] = [{}],
  ) {}

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    const line = this.script[Math.min(this.calls.length, this.script.length - 1)] ?? {};
    this.calls.push(call);
    this.startedAtMicros.push(this.time.nowMicros());
    line.onCall?.(call, signal);
    if (line.hangs) return new Promise<never>(() => undefined);
    if (line.latencyMs !== undefined) await new Promise<void>((resolve) => this.time.after(line.latencyMs ?? 0, resolve));
    if (line.error !== undefined) throw line.error;
    return { ...ANSWER, ...line.answer };
  }
}
