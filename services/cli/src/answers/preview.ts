import { setTimeout as sleep } from "node:timers/promises";
import type { ResponseDelta } from "@leverframe/events";
import type { LogRecord } from "@leverframe/log";
import { ephemeralGroup, type Installation } from "../installation";
import { printable } from "../rendering/printable";
import type { Terminal } from "../terminal";
import { openTail } from "../topics/log-tail";

export interface Preview {
  /** The text that was shown of the attempt that spoke last. */
  close(): Promise<string>;
}

/** The answer may be faster than the last of its pieces. */
const LAST_PIECE_MS = 500;

/** Shows the answer to one request while it comes. What the text then is stands in the answer alone. */
export async function openPreview({ log, names, codec }: Installation, application: string, requestId: string, terminal: Terminal): Promise<Preview> {
  const text = new PreviewText(terminal);
  const ended = Promise.withResolvers<void>();
  const onRecord = async ({ value }: LogRecord): Promise<void> => {
    if (value === null) return;
    const delta = await codec.decode("response-delta", value);
    if (delta.requestId === requestId && text.take(delta)) ended.resolve();
  };
  const tail = await openTail({
    log,
    topics: [names.name("response-deltas", application)],
    groupId: ephemeralGroup(names, "preview"),
    from: "now",
    // A preview that cannot be read is none; the answer comes all the same.
    onRecord: (record) => void onRecord(record).catch(ended.resolve),
    onCrash: () => ended.resolve(),
  });
  return {
    async close() {
      if (text.shown !== "") await Promise.race([ended.promise, sleep(LAST_PIECE_MS)]);
      await tail.close();
      return text.shown;
    },
  };
}

/** Of attempts that speak after each other the last one counts: a record may come twice, and late. */
export class PreviewText {
  shown = "";
  private place: readonly [number, number, number] = [0, 0, -1];

  constructor(private readonly terminal: Terminal) {}

  /** True when nothing more is to come of this attempt. */
  take({ round, attempt, index, kind, text, code }: ResponseDelta): boolean {
    const [heardRound, heardAttempt, heardIndex] = this.place;
    const order = round - heardRound || attempt - heardAttempt || index - heardIndex;
    if (order <= 0) return false;
    this.place = [round, attempt, index];
    if (kind === "restart" && this.shown !== "") {
      this.terminal.outPart("\n");
      this.terminal.err("… begins anew");
      this.shown = "";
    }
    if (kind === "text") {
      this.shown += text;
      this.terminal.outPart(printable(text));
    }
    if (kind === "error") this.terminal.err(`\nthe stream ended: ${code ?? "error"}`);
    return kind === "end" || kind === "error";
  }
}
