import { connect } from "node:net";

const METADATA = 3;
const CORRELATION_ID = 1;
const BROKER_COUNT_AT = 8;
const ANSWER_WITHIN_MS = 2_000;

/**
 * How many brokers the one at this port knows to be serving. A broker accepts connections, and even answers
 * ApiVersions, before the controller has let it in; it counts itself only afterwards. Asked in Kafka's own protocol
 * (Metadata v0), because a client library per poll costs more than the broker's start.
 */
export function servingBrokers(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: ANSWER_WITHIN_MS });
    let answer = Buffer.alloc(0);
    socket.once("connect", () => socket.write(metadataRequest()));
    socket.on("data", (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      // int32 size, int32 correlation id, int32 number of brokers, …
      if (answer.length < BROKER_COUNT_AT + 4) return;
      resolve(answer.readInt32BE(BROKER_COUNT_AT));
      socket.destroy();
    });
    socket.once("timeout", () => socket.destroy(new Error("no answer to Metadata")));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the broker closed the connection")));
  });
}

/** int32 size, int16 key, int16 version, int32 correlation id, string client id, array of topics (empty: all). */
function metadataRequest(): Buffer {
  const clientId = "leverframe-probe";
  const body = Buffer.alloc(2 + 2 + 4 + 2 + clientId.length + 4);
  body.writeInt16BE(METADATA, 0);
  body.writeInt16BE(0, 2);
  body.writeInt32BE(CORRELATION_ID, 4);
  body.writeInt16BE(clientId.length, 8);
  body.write(clientId, 10, "ascii");
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}
