import { findIdentifiers } from "./recognise";
import { SignalSink } from "./signal-sink";
import { Words } from "./words";
import type { RiskSignal } from "@leverframe/events";

/** A structured identifier or a secret, and where it stands. */
export type Identifier = Pick<RiskSignal, "signal" | "recogniser" | "start" | "end">;

/** A text with more holds a directory, not a conversation; whoever must know them all is told instead. */
export const IDENTIFIERS_MAX = 10_000;

/**
 * Every structured identifier and secret of a text, by position; they may overlap. Where classification keeps some hits
 * of each recogniser, this keeps all of them, since whoever masks what was found may miss none. Null when there are more
 * than IDENTIFIERS_MAX. Time is linear in the text.
 */
export function identifiersIn(text: string): readonly Identifier[] | null {
  const sink = new EverySignal();
  findIdentifiers(new Words(text), sink);
  if (sink.found.length > IDENTIFIERS_MAX) return null;
  const whole = sink.found.map((one) => (one.recogniser === "private-key" ? { ...one, end: privateKeyEnd(text, one.end) } : one));
  return whole.sort((a, b) => a.start - b.start || b.end - a.end);
}

class EverySignal extends SignalSink {
  readonly found: Identifier[] = [];

  override add(signal: RiskSignal): void {
    this.found.push(signal);
  }

  override wants(): boolean {
    return this.found.length <= IDENTIFIERS_MAX;
  }
}

const KEY_END = /-----END ?(?:[A-Z]{1,20} ){0,3}PRIVATE KEY-{0,5}/;
/** What a key's body is written in, with its line ends as they are or as JSON writes them. */
const KEY_BODY = /^[-A-Za-z0-9+/=:,\s\\]*/;

/**
 * A key is recognised by its first line; it goes as far as its last one, or as its characters do where that is missing.
 * Only what lies before the next key is looked at, so that all keys together are read once.
 */
function privateKeyEnd(text: string, end: number): number {
  const next = text.indexOf("-----BEGIN", end);
  const rest = next === -1 ? text.slice(end) : text.slice(end, next);
  const last = KEY_END.exec(rest);
  return end + (last === null ? (KEY_BODY.exec(rest)?.[0].length ?? 0) : last.index + last[0].length);
}
