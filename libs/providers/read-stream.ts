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
export async function readStream<Event>(body: ByteStream, framing: Framing<Event>, fold: Fold<Event>, sink: DeltaSink): Promise<void> {
  const deltas: ProviderDelta[] = [];
  let characters = 0;
  try {
    for (;;) {
      const chunk = await body.read();
      if (chunk === null) break;
      framing.push(chunk);
      for (let event = framing.next(); event !== null; event = framing.next()) {
        const last = taken(fold, event, deltas);
        for (const delta of deltas) {
          characters += delta.type === "text" ? delta.text.length : delta.arguments.length;
          if (characters > CHARACTERS_MAX) throw new TransportError("RESPONSE_TOO_LARGE", true);
          const held = sink(delta);
          if (held !== undefined) await body.whileHeld(held);
        }
        deltas.length = 0;
        if (last) return body.finish();
      }
    }
    if (!fold.complete) throw new TransportError("STREAM_ENDED_EARLY", true);
    body.finish();
  } catch (thrown) {
    body.cancel();
    throw new BrokenStream(thrown, fold.usage, fold.providerRequestId, characters > 0);
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
