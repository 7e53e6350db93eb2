import { crc32 } from "node:zlib";

const STRING = 7;

function header(name: string, value: string): Buffer {
  const [key, text] = [Buffer.from(name), Buffer.from(value)];
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([Buffer.from([key.length]), key, Buffer.from([STRING]), length, text]);
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** A message of AWS's event streams: lengths and their checksum, headers, payload, the checksum of all. */
export function frame(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const body = Buffer.from(payload);
  const lengths = Buffer.concat([uint32(16 + head.length + body.length), uint32(head.length)]);
  const checked = Buffer.concat([lengths, uint32(crc32(lengths)), head, body]);
  return Buffer.concat([checked, uint32(crc32(checked))]);
}

const JSON_TYPE = { ":content-type": "application/json" };

export const eventFrame = (name: string, payload: object): Buffer => frame({ ":event-type": name, ...JSON_TYPE, ":message-type": "event" }, JSON.stringify(payload));

export const exceptionFrame = (name: string, payload: object): Buffer =>
  frame({ ":exception-type": name, ...JSON_TYPE, ":message-type": "exception" }, JSON.stringify(payload));
