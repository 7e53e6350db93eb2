import type { IncomingMessage } from "node:http";

/** Larger than any request that the product lets through. */
const BODY_BYTES_MAX = 8 * 1_024 * 1_024;

/** Hands over the whole body, null when it is too large. Nothing is handed over when the client goes away before. */
export function readBody(request: IncomingMessage, received: (body: string | null) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  });
  request.on("end", () => {
    const [first] = chunks;
    if (bytes > BODY_BYTES_MAX) received(null);
    else received(first !== undefined && chunks.length === 1 ? first.toString() : Buffer.concat(chunks).toString());
  });
}
