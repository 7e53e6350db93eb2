/** The parts of kafkajs 2.2.4 that quiet-request-queue.ts and bounded-headers.ts reach for; not part of its public types. */
declare module "kafkajs/src/network/requestQueue/index.js" {
  export default class RequestQueue {
    pending: unknown[];
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    scheduleCheckPendingRequests(): void;
  }
}

declare module "kafkajs/src/protocol/decoder.js" {
  export default class Decoder {
    constructor(buffer: Buffer);
    buffer: Buffer;
    offset: number;
    readVarInt(): number;
    readVarIntArray<Item>(reader: (decoder: Decoder) => Item): Item[];
  }
}

declare module "kafkajs/src/protocol/recordBatch/record/v0/index.js" {
  export default function encodeRecord(record: { key: Buffer; value: Buffer; headers: Record<string, Buffer> }): { readonly buffer: Buffer };
}

declare module "kafkajs/src/protocol/recordBatch/record/v0/decoder.js" {
  import type Decoder from "kafkajs/src/protocol/decoder.js";

  export default function decodeRecord(decoder: Decoder, batch: { firstOffset: string; firstTimestamp: string }): { headers: Record<string, Buffer> };
}

declare module "kafkajs/src/protocol/requests/produce/index.js" {
  export interface ProduceMessage {
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers?: Readonly<Record<string, Buffer>>;
    readonly timestamp?: string | null;
  }

  export interface ProduceArguments {
    readonly acks: number;
    readonly timeout: number;
    readonly compression?: number;
    readonly transactionalId?: string;
    /** A Long; −1 without idempotence. */
    readonly producerId?: unknown;
    readonly producerEpoch?: number;
    readonly topicData: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly messages: readonly ProduceMessage[]; readonly firstSequence?: number }[];
    }[];
  }

  interface Exchange {
    readonly request: { readonly apiVersion: number; encode(): Promise<{ readonly buffer: Buffer }> };
    readonly response: object;
  }

  const requests: { protocol: (of: { readonly version: number }) => (args: ProduceArguments) => Exchange };
  export default requests;
}
