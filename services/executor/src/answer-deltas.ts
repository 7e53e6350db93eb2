import { type AnyMessage, message } from "@leverframe/contracts";
import type { Funded, ResponseDelta } from "@leverframe/events";
import type { DeltaOutlet, ProviderDelta, StreamFailure, Timer } from "@leverframe/execution";

export interface AnswerDeltasDeps {
  readonly publish: (messages: readonly AnyMessage[]) => Promise<void>;
  /** Told once when pieces cannot be written: the stream then ends for its reader, and the answer comes all the same. */
  readonly onLost: (error: unknown) => void;
  readonly timer: Timer;
}

/** Between two records of a stream: what comes meanwhile leaves together, so that hundreds of pieces a second become few records. */
const GAP_MS = 40;
/** What has come together leaves at once. */
const BATCH_CHARS = 1_024;
/** With so much waiting for the log the provider is read no further. */
const WAITING_CHARS_MAX = 65_536;

/** Consecutive pieces of the same text or tool call: one record. */
interface Segment {
  readonly kind: ResponseDelta["kind"];
  text: string;
  readonly code: string | null;
  readonly toolIndex: number | null;
  readonly toolId: string | null;
  readonly toolName: string | null;
}

/**
 * Writes the pieces of one plan's answer to `response-deltas`: a piece leaves at once, unless one has left some milliseconds
 * before; then it waits for the end of that gap, with what comes until then. So a slow stream is shown without delay, and a fast
 * one in few records. One batch is under way at a time, and what waits is bounded.
 */
export class AnswerDeltas implements DeltaOutlet {
  private ordinal = -1;
  private index = 0;
  private segments: Segment[] = [];
  private chars = 0;
  /** Runs for the time of a gap after a record has left. */
  private gap: (() => void) | null = null;
  private publishing: Promise<void> | null = null;
  /** What waits is to leave as soon as what is under way has left. */
  private due = false;
  private room: PromiseWithResolvers<void> | null = null;
  private lost = false;

  constructor(
    private readonly event: Pick<Funded, "meta" | "origin">,
    private readonly deps: AnswerDeltasDeps,
  ) {}

  write(ordinal: number, delta: ProviderDelta): void | Promise<void> {
    if (this.lost || ordinal < this.ordinal) return;
    const first = ordinal > this.ordinal;
    if (first) this.begin(ordinal);
    this.add(delta);
    if (first || this.gap === null || this.chars >= BATCH_CHARS) this.flush();
    if (this.chars >= WAITING_CHARS_MAX) return (this.room ??= Promise.withResolvers()).promise;
  }

  async end(ordinal: number, failure: StreamFailure | null): Promise<void> {
    if (this.lost || ordinal !== this.ordinal) return;
    this.segments.push(failure ? segment("error", failure.message, failure.code) : segment("end"));
    this.flush();
    this.endGap();
    while (this.publishing) await this.publishing;
  }

  private begin(ordinal: number): void {
    this.ordinal = ordinal;
    this.index = 0;
    this.segments = [];
    this.chars = 0;
    // Somebody may have spoken before: in an earlier round, or an earlier attempt, perhaps of a process that is gone.
    if (this.event.meta.round > 0 || ordinal > 0) this.segments.push(segment("restart"));
  }

  private add(delta: ProviderDelta): void {
    const last = this.segments.at(-1);
    const text = delta.type === "text" ? delta.text : delta.arguments;
    const toolIndex = delta.type === "text" ? null : delta.index;
    const continues = last?.kind === delta.type && last.toolIndex === toolIndex && (delta.type === "text" || delta.name === null);
    this.chars += text.length + 1;
    if (continues && last.text.length < WAITING_CHARS_MAX) last.text += text;
    else if (delta.type === "text") this.segments.push(segment("text", text));
    else this.segments.push({ ...segment("tool_call", text), toolIndex, toolId: delta.id, toolName: delta.name });
  }

  private flush(): void {
    this.endGap();
    this.due = this.publishing !== null;
    if (this.due || this.segments.length === 0) return;
    this.gap = this.deps.timer.after(GAP_MS, () => {
      this.gap = null;
      this.flush();
    });
    this.publishing = this.publish().finally(() => {
      this.publishing = null;
      if (this.due && !this.lost) this.flush();
    });
  }

  private endGap(): void {
    this.gap?.();
    this.gap = null;
  }

  private makeRoom(): void {
    this.room?.resolve();
    this.room = null;
  }

  private async publish(): Promise<void> {
    const messages = this.segments.flatMap((one) => this.messagesOf(one));
    this.segments = [];
    this.chars = 0;
    this.makeRoom();
    try {
      await this.deps.publish(messages);
    } catch (error) {
      this.lost = true;
      this.makeRoom();
      this.deps.onLost(error);
    }
  }

  /** A piece may be longer than a record takes. */
  private messagesOf({ text, ...rest }: Segment): AnyMessage[] {
    const { meta, origin } = this.event;
    const pieces = text.length <= WAITING_CHARS_MAX ? [text] : cut(text);
    return pieces.map((piece) =>
      message("response-deltas", {
        requestId: meta.requestId,
        application: origin.application,
        tenant: origin.tenant,
        round: meta.round,
        attempt: this.ordinal,
        index: this.index++,
        text: piece,
        ...rest,
      }),
    );
  }
}

const segment = (kind: Segment["kind"], text = "", code: string | null = null): Segment => ({ kind, text, code, toolIndex: null, toolId: null, toolName: null });

/** Never between the halves of a surrogate pair, which cannot be encoded apart. */
function cut(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + WAITING_CHARS_MAX);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
