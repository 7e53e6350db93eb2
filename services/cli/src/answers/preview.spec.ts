import type { ResponseDelta } from "@leverframe/events";
import { capturedTerminal } from "../testing/captured-terminal";
import { PreviewText } from "./preview";

const delta = (attempt: number, index: number, kind: ResponseDelta["kind"], text = ""): ResponseDelta => ({
  requestId: "r", application: "default", tenant: "acme", round: 0, attempt, index, kind, text, code: kind === "error" ? text : null, toolIndex: null, toolId: null, toolName: null,
});

function shown(...deltas: readonly ResponseDelta[]) {
  const terminal = capturedTerminal();
  const preview = new PreviewText(terminal);
  const ends = deltas.map((one) => preview.take(one));
  return { text: preview.shown, out: terminal.outLines, err: terminal.errLines, ended: ends.at(-1) };
}

describe("an answer that is shown while it comes", () => {
  it("is its pieces, each once, until the end", () => {
    const { text, out, ended } = shown(delta(0, 0, "text", "Hel"), delta(0, 0, "text", "Hel"), delta(0, 1, "text", "lo"), delta(0, 2, "end"));
    expect([text, out, ended]).toEqual(["Hello", ["Hel", "lo"], true]);
  });

  it("begins anew when a later attempt speaks, and hears no more of the earlier one", () => {
    const { text, err } = shown(delta(0, 0, "text", "old"), delta(1, 0, "restart"), delta(0, 1, "text", "late"), delta(1, 1, "text", "new"));
    expect([text, err]).toEqual(["new", ["… begins anew"]]);
  });

  it("says why it ended before its time", () => {
    expect(shown(delta(0, 0, "text", "a"), delta(0, 1, "error", "stream_interrupted"))).toMatchObject({ err: ["", "the stream ended: stream_interrupted"], ended: true });
  });
});
