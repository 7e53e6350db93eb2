import fc from "fast-check";
import { EventReader } from "./server-sent-events";

/** Everything that is read from those bytes, cut at those places. */
function read(text: string, cuts: readonly number[] = []): [string, string][] {
  const bytes = Buffer.from(text);
  const reader = new EventReader();
  const events: [string, string][] = [];
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    if (to > from) reader.push(bytes.subarray(from, to));
    from = to;
    for (let data = reader.next(); data !== null; data = reader.next()) events.push([reader.name, data]);
  }
  return events;
}

describe("server-sent events", () => {
  it.each([
    ["a blank line ends an event", "data: a\n\ndata: b\n\n", [["", "a"], ["", "b"]]],
    ["lines may end in CRLF", "event: x\r\ndata: a\r\n\r\n", [["x", "a"]]],
    ["the space is optional, and only one is taken", "data:a\n\ndata:  b\n\n", [["", "a"], ["", " b"]]],
    ["several lines of data are one text", "data: a\ndata: b\n\n", [["", "a\nb"]]],
    ["comments, ids and retries are passed over", ": PROCESSING\n\nid: 7\nretry: 3\ndata: a\n\n", [["", "a"]]],
    ["an event without data is none, and its name is forgotten", "event: ping\n\ndata: a\n\n", [["", "a"]]],
    ["a byte order mark is no part of the first line", "\ufeffdata: a\n\n", [["", "a"]]],
    ["what no blank line ended was cut", "data: a\n\ndata: b\n", [["", "a"]]],
    ["a field without a colon is nothing", "data\nhello\n\ndata: a\n\n", [["", "a"]]],
    ["empty data is data", "data:\n\n", [["", ""]]],
  ])("%s", (_rule, text, expected) => expect(read(text)).toEqual(expected));

  it("reads the same events wherever the bytes are cut, inside characters too", () => {
    const line = fc.string({ unit: "binary" }).map((text) => text.replace(/[\r\n]/g, "·"));
    const event = fc.record({ name: fc.constantFrom("", "delta", "done"), lines: fc.array(line, { minLength: 1, maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (events, cuts) => {
        const text = events.map(({ name, lines }) => `${name === "" ? "" : `event: ${name}\n`}${lines.map((data) => `data: ${data}\n`).join("")}\n`).join("");
        expect(read(text, cuts)).toEqual(events.map(({ name, lines }) => [name, lines.join("\n")]));
      }),
    );
  });
});
