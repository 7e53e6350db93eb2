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
