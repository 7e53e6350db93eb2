import fc from "fast-check";
import { eventFrame, exceptionFrame, frame } from "../../test/support/simulator";
import { type AwsEvent, AwsEventReader } from "./aws-event-stream";

function read(bytes: Buffer, cuts: readonly number[] = []): AwsEvent[] {
  const reader = new AwsEventReader();
  const events: AwsEvent[] = [];
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    reader.push(bytes.subarray(from, to));
    from = to;
    for (let event = reader.next(); event !== null; event = reader.next()) events.push(event);
  }
  return events;
}

describe("AWS's event stream framing", () => {
  it("reads events and exceptions, whatever other headers there are", () => {
    const other = frame({ ":event-type": "metadata", "x-more": "y", ":message-type": "event" }, "{}");
    expect(read(Buffer.concat([eventFrame("messageStart", { role: "assistant" }), other, exceptionFrame("throttlingException", {})]))).toEqual([
      { kind: "event", name: "messageStart", payload: '{"role":"assistant"}' },
      { kind: "event", name: "metadata", payload: "{}" },
      { kind: "exception", name: "throttlingException", payload: "{}" },
    ]);
  });

  it("reads the frame of the format's description, byte by byte", () => {
    // A frame without headers and payload: lengths 16 and 0, their CRC-32, and that of all three.
    const empty = Buffer.from("00000010000000 0005c248eb7d98c8ff".replaceAll(" ", ""), "hex");
    expect(read(empty)).toEqual([{ kind: "", name: "", payload: "" }]);
    expect(frame({}, "").toString("hex")).toBe(empty.toString("hex"));
  });

  it("reads the same events wherever the bytes are cut", () => {
    const events = fc.array(fc.record({ name: fc.stringMatching(/^[a-zA-Z]{1,20}$/), payload: fc.dictionary(fc.string(), fc.string({ unit: "binary" })) }), { maxLength: 6 });
    fc.assert(
      fc.property(events, fc.array(fc.nat(), { maxLength: 10 }), (told, cuts) => {
        const bytes = Buffer.concat(told.map(({ name, payload }) => eventFrame(name, payload)));
        expect(read(bytes, cuts).map(({ name, payload }) => [name, JSON.parse(payload)])).toEqual(told.map(({ name, payload }) => [name, { ...payload }]));
      }),
    );
  });

  it("takes no frame of which a bit has flipped", () => {
    const bytes = eventFrame("contentBlockDelta", { delta: { text: "hello" } });
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => read(flipped)).toThrow(SyntaxError);
      }),
    );
  });
});
