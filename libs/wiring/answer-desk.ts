import { type AnyMessage, type EventCodec, message } from "@leverframe/contracts";
import type { AnswerRegister } from "@leverframe/budget";
import type { Answer } from "@leverframe/decision";

/**
 * Where every answer leaves (I4). The first answer to a request is kept; whoever answers it again, also differently (a
 * redelivered record decided under a newer policy), sends a copy of the first. So there is one content under one event id.
 */
export class AnswerDesk {
  constructor(
    private readonly register: AnswerRegister,
    private readonly codec: EventCodec,
  ) {}

  /** The response and the decision to send. Throws AppError `unavailable` while the register cannot be asked. */
  async send(answer: Answer): Promise<readonly AnyMessage[]> {
    const mine = pack(this.codec.encode("response", answer.response), this.codec.encode("decision", answer.decision));
    const kept = await this.register.keep(answer.response.requestId, mine);
    const { response, decision } = sameBytes(kept, mine) ? answer : await this.read(kept);
    return [message("responses", response), message("decisions", decision)];
  }

  private async read(packed: Uint8Array): Promise<Answer> {
    const [response, decision] = unpack(packed);
    return { response: await this.codec.decode("response", response), decision: await this.codec.decode("decision", decision) };
  }
}

/** Two byte strings as one: the first one's length in four bytes, then both. */
function pack(first: Uint8Array, second: Uint8Array): Uint8Array {
  const packed = new Uint8Array(4 + first.length + second.length);
  new DataView(packed.buffer).setUint32(0, first.length);
  packed.set(first, 4);
  packed.set(second, 4 + first.length);
  return packed;
}

function unpack(packed: Uint8Array): [Uint8Array, Uint8Array] {
  const end = 4 + new DataView(packed.buffer, packed.byteOffset).getUint32(0);
  return [packed.subarray(4, end), packed.subarray(end)];
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
