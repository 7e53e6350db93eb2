import { TransportError } from "./transport";

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const BYTE_ORDER_MARK = "\ufeff";
/** No event of a model comes near. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html, §9.2.6), one chunk of bytes
 * at a time, with lines that end in LF or CRLF, as every provider's do. Ids, retries and comments are passed over. What is not
 * ended by a blank line is no event: it was cut.
 */
export class EventReader {
  /** The name of the event that `next` gave last; empty when it had none. */
  name = "";
  private text = "";
  private at = 0;
  private rest: Buffer[] = [];
  private restBytes = 0;
  private began = false;
  private data: string | null = null;
  private pendingName = "";

  /** Takes more bytes. Everything before must have been read with `next`. */
  push(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    this.at = 0;
    if (end === 0) {
      this.text = "";
      this.keep(chunk);
      return;
    }
    // A newline byte is never a part of a longer character, so whole lines can be decoded by themselves.
    const head = end === chunk.length ? chunk : chunk.subarray(0, end);
    this.text = this.restBytes === 0 ? head.toString("utf8") : Buffer.concat([...this.rest, head]).toString("utf8");
    this.rest = [];
    this.restBytes = 0;
    if (end < chunk.length) this.keep(chunk.subarray(end));
    if (!this.began) {
      this.began = true;
      if (this.text.startsWith(BYTE_ORDER_MARK)) this.at = 1;
    }
  }

  /** The data of the next event; null when more bytes are needed. */
  next(): string | null {
    const { text } = this;
    while (this.at < text.length) {
      const from = this.at;
      const newline = text.indexOf("\n", from);
      this.at = newline + 1;
      const to = newline > from && text.charCodeAt(newline - 1) === CARRIAGE_RETURN ? newline - 1 : newline;
      if (to > from) {
        this.field(from, to);
        continue;
      }
      const { data } = this;
      this.name = this.pendingName;
      this.pendingName = "";
      this.data = null;
      if (data !== null) return data;
    }
    return null;
  }

  private field(from: number, to: number): void {
    const { text } = this;
    if (text.startsWith("data:", from)) {
      const value = text.slice(text.charCodeAt(from + 5) === SPACE ? from + 6 : from + 5, to);
      this.data = this.data === null ? value : `${this.data}\n${value}`;
    } else if (text.startsWith("event:", from)) {
      this.pendingName = text.slice(text.charCodeAt(from + 6) === SPACE ? from + 7 : from + 6, to);
    }
  }

  private keep(bytes: Buffer): void {
    this.restBytes += bytes.length;
    if (this.restBytes > LINE_BYTES_MAX) throw new TransportError("RESPONSE_TOO_LARGE", true);
    // A copy: the rest of what came with it need not be kept.
    this.rest.push(Buffer.from(bytes));
  }
}
