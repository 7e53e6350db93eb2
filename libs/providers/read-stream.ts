import type { Usage } from "@leverframe/events";
import type { DeltaSink, ProviderAnswer, ProviderDelta } from "@leverframe/execution";
import type { ByteStream } from "./byte-stream";
import { TransportError } from "./transport";

/** Cuts bytes into the wire's events. */
export interface Framing<Event> {
  push(chunk: Buffer): void;
  next(): Event | null;
}

/** Puts the events of one streamed answer together. */
export interface Fold<Event> {
  /** Whether the answer is at its end, should the connection end now. */
  readonly complete: boolean;
  /** What the provider has told of itself so far, for a stream that breaks. */
  readonly usage: Usage | null;
  readonly providerRequestId: string | null;
  /** Takes one event and adds what it says to `deltas`. True: it was the last. Throws for an event that tells a failure. */
  take(event: Event, deltas: ProviderDelta[]): boolean;
}

/** A stream that broke, with what it had told before. */
export class BrokenStream extends Error {
  constructor(
    readonly broken: unknown,
    readonly usage: Usage | null,
    readonly providerRequestId: string | null,
    /** Whether a part of the answer had come. */
    readonly started: boolean,
  ) {
    super("the stream broke", { cause: broken });
    this.name = "BrokenStream";
  }
}

/** A sink's texts and arguments are kept to be the answer's; a model that says more is cut off. */
const CHARACTERS_MAX = 16 * 1024 * 1024;

/**
 * Reads a stream to its last event and hands what it says to `sink`, in order and not faster than the sink takes it.
 * Rejects with a BrokenStream; the connection is closed then.
 */
export function readStream<Event>(body: ByteStream, framing: Framing<Event>, fold: Fold<Event>, sink: DeltaSink): Promise<void> {
  return new Promise((resolve, reject) => new Reading(body, framing, fold, sink, resolve, reject).begin());
}

/** Where the reading of one stream stands. It goes on from where the bytes come in, without a turn between; only a sink that holds stops it. */
class Reading<Event> {
  private readonly deltas: ProviderDelta[] = [];
  /** The next of `deltas` to hand over. */
  private at = 0;
  private last = false;
  private characters = 0;
  private held = false;
  private reading = false;
  private over = false;

  constructor(
    private readonly body: ByteStream,
    private readonly framing: Framing<Event>,
    private readonly fold: Fold<Event>,
    private readonly sink: DeltaSink,
    private readonly resolve: () => void,
    private readonly reject: (broken: BrokenStream) => void,
  ) {}

  begin(): void {
    this.body.onNews = () => {
      // What an aborted call's sink still holds is not waited for.
      if (!this.held) this.readOn();
      else if (this.body.aborted) this.fail(this.body.failure);
    };
    this.readOn();
  }

  private readOn(): void {
    // Asking for more may bring more at once: the loop that asked goes on with it, in its order.
    if (this.over || this.reading) return;
    this.reading = true;
    try {
      while (this.handOver() && !this.last) {
        const event = this.framing.next();
        if (event !== null) {
          this.last = taken(this.fold, event, this.deltas);
          continue;
        }
        const chunk = this.body.next();
        if (chunk === null) return this.atItsEnd();
        this.framing.push(chunk);
      }
      if (this.last && !this.held) this.finish();
    } catch (thrown) {
      this.fail(thrown);
    } finally {
      this.reading = false;
    }
  }

  /** Hands over what the last event said; false: the sink holds. */
  private handOver(): boolean {
    const { deltas } = this;
    while (this.at < deltas.length) {
      const delta = deltas[this.at++]!;
      this.characters += delta.type === "text" ? delta.text.length : delta.arguments.length;
      if (this.characters > CHARACTERS_MAX) throw new TransportError("RESPONSE_TOO_LARGE", true);
      const held = this.sink(delta);
      if (held !== undefined) return this.hold(held);
    }
    deltas.length = 0;
    this.at = 0;
    return true;
  }

  private hold(held: Promise<void>): false {
    if (this.body.aborted) {
      // By the sink itself: what it still holds is not waited for.
      held.catch(() => undefined);
      throw this.body.failure;
    }
    this.held = true;
    held.then(
      () => {
        this.held = false;
        this.readOn();
      },
      (thrown: unknown) => this.fail(thrown),
    );
    return false;
  }

  /** Nothing is left to read, perhaps only for now. */
  private atItsEnd(): void {
    const { failure, ended } = this.body;
    if (failure) throw failure;
    if (!ended) return;
    if (!this.fold.complete) throw new TransportError("STREAM_ENDED_EARLY", true);
    this.finish();
  }

  private finish(): void {
    this.over = true;
    this.body.finish();
    this.resolve();
  }

  private fail(thrown: unknown): void {
    if (this.over) return;
    this.over = true;
    this.body.cancel();
    this.reject(new BrokenStream(thrown, this.fold.usage, this.fold.providerRequestId, this.characters > 0));
  }
}

/** An event that is not shaped as the wire has it is no other failure than one that is no JSON. */
function taken<Event>(fold: Fold<Event>, event: Event, deltas: ProviderDelta[]): boolean {
  try {
    return fold.take(event, deltas);
  } catch (thrown) {
    throw thrown instanceof TypeError ? new SyntaxError("an event is not shaped as the wire has it", { cause: thrown }) : thrown;
  }
}

/** Hands over what an answer has beyond the `told` characters that were streamed: what the wire tells only at its end. */
export async function tellRest(text: string, told: number, sink: DeltaSink): Promise<void> {
  if (text.length > told) await sink({ type: "text", text: text.slice(told) });
}

/** Hands over an answer that came whole although a stream was asked for. */
export async function tellWhole(answer: ProviderAnswer, sink: DeltaSink): Promise<ProviderAnswer> {
  await tellRest(answer.text, 0, sink);
  for (const [index, { id, name, arguments: text }] of (answer.toolCalls ?? []).entries()) {
    await sink({ type: "tool_call", index, id, name, arguments: text });
  }
  return answer;
}
