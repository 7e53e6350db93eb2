import { type AnyMessage, type EventCodec, message } from "@leverframe/contracts";
import type { AnswerRegister } from "@leverframe/budget";
import { type Answer, reviewedEventId } from "@leverframe/decision";
import type { Response } from "@leverframe/events";

/**
 * Where every answer leaves (I4). The first answer to a request is kept; whoever answers it again, also differently (a
 * redelivered record decided under a newer policy), sends a copy of the first. So there is one content under one event id.
 * An answer that is held is answered so, and lies with the held ones; what a person decides about it is one more answer,
 * under an id of its own, of which again the first is the only one.
 */
export class AnswerDesk {
  constructor(
    private readonly register: AnswerRegister,
    private readonly codec: EventCodec,
  ) {}

  /** The messages to send. Throws AppError `unavailable` while the register cannot be asked. */
  async send(answer: Answer): Promise<readonly AnyMessage[]> {
    const parts = [this.codec.encode("response", answer.response), this.codec.encode("decision", answer.decision)];
    if (answer.held !== null) parts.push(this.codec.encode("held-answer", answer.held));
    const mine = pack(parts);
    const kept = await this.register.keep(answer.response.requestId, mine);
    if (sameBytes(kept, mine)) return messagesOf(answer, parts);
    const keptParts = unpack(kept);
    return messagesOf(await this.read(keptParts), keptParts);
  }

  /** The answer after a review. */
  async sendReviewed(response: Response): Promise<readonly AnyMessage[]> {
    const mine = this.codec.encode("response", response);
    const kept = await this.register.keep(reviewedEventId(response.requestId), mine);
    return [message("responses", sameBytes(kept, mine) ? response : await this.codec.decode("response", kept))];
  }

  private async read([response, decision, held]: readonly Uint8Array[]): Promise<Answer> {
    return {
      response: await this.codec.decode("response", response!),
      decision: await this.codec.decode("decision", decision!),
      held: held === undefined ? null : await this.codec.decode("held-answer", held),
    };
  }
}

/** They leave as the very bytes that were kept, so nothing is encoded twice. */
function messagesOf({ response, decision, held }: Answer, parts: readonly Uint8Array[]): readonly AnyMessage[] {
  const messages: AnyMessage[] = [message("responses", response), message("decisions", decision)];
  if (held !== null) messages.push(message("held-answers", held));
  return messages.map((one, index) => ({ ...one, encoded: parts[index]! }));
}

/** Set in the first length when another length follows it: what was kept before answers could be held has two parts. */
const MORE = 0x8000_0000;

/** Two or three byte strings as one: the lengths of all but the last in four bytes each, then all of them. */
function pack(parts: readonly Uint8Array[]): Uint8Array {
  const lengths = parts.slice(0, -1).map(({ length }) => length);
  const packed = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 4 * lengths.length));
  const view = new DataView(packed.buffer);
  lengths.forEach((length, index) => view.setUint32(4 * index, index === 0 && lengths.length > 1 ? (length | MORE) >>> 0 : length));
  let at = 4 * lengths.length;
  for (const part of parts) {
    packed.set(part, at);
    at += part.length;
  }
  return packed;
}

function unpack(packed: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(packed.buffer, packed.byteOffset);
  const first = view.getUint32(0);
  const lengths = (first & MORE) === 0 ? [first] : [(first & ~MORE) >>> 0, view.getUint32(4)];
  let at = 4 * lengths.length;
  const parts = lengths.map((length) => packed.subarray(at, (at += length)));
  return [...parts, packed.subarray(at)];
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
