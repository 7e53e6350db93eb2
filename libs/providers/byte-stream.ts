/** The connection that a stream comes from. */
export interface ByteSource {
  pause(): void;
  resume(): void;
  /** Closes the connection. */
  abort(error: Error): void;
}

/** What may wait here for its reader; beyond it the socket is left unread, and so, in the end, is the provider. */
const WAITING_BYTES_MAX = 64 * 1024;
/** How long a server has to end a response whose last event has been read, before its connection is given up. */
const END_MS_MAX = 1_000;

/**
 * A response's body while it comes, for one reader, who is told when there is news and then asks. It is no web stream, and makes
 * no promise of each chunk: those cost more than reading and parsing it together. A reader that does not read fills a bounded
 * queue and then stops the socket.
 */
export class ByteStream {
  /** Called when bytes came, or the end, or a failure: once for each, from where it happened. */
  onNews: (() => void) | null = null;
  /** What broke the stream; what had come before can still be read. */
  failure: Error | null = null;
  /** The call was aborted: what has come is not wanted either. */
  aborted = false;
  ended = false;
  private readonly queue: Buffer[] = [];
  private queuedBytes = 0;
  private paused = false;
  private unread = false;
  private closing: NodeJS.Timeout | null = null;

  /** `done` is called when nothing is wanted any more. */
  constructor(
    private readonly source: ByteSource,
    private readonly done: () => void,
  ) {}

  /** The next bytes that have come; null: none have. */
  next(): Buffer | null {
    const chunk = this.queue.shift();
    return chunk === undefined ? null : this.taken(chunk);
  }

  /** The reader has what it wants. The rest, normally nothing, is dropped, so that the connection can be used again. */
  finish(): void {
    this.unread = true;
    this.drop();
    this.done();
    if (this.ended || this.failure) return;
    if (this.paused) this.source.resume();
    this.closing = setTimeout(() => this.cancel(), END_MS_MAX);
    this.closing.unref();
  }

  /** Closes the connection, unless the response is at its end. */
  cancel(): void {
    this.unread = true;
    this.drop();
    this.done();
    if (!this.ended && !this.failure) this.source.abort(new DOMException("the rest of the answer is not wanted", "AbortError"));
  }

  push(chunk: Buffer): void {
    if (this.unread) return;
    this.queue.push(chunk);
    this.queuedBytes += chunk.length;
    this.onNews?.();
    if (this.queuedBytes >= WAITING_BYTES_MAX && !this.paused) {
      this.paused = true;
      this.source.pause();
    }
  }

  end(): void {
    this.ended = true;
    this.settle();
  }

  /** `atOnce`: what has come and was not read is not wanted either, were it all. */
  fail(error: Error, atOnce: boolean): void {
    if (this.failure || (this.ended && !atOnce)) return;
    this.failure = error;
    this.aborted = atOnce;
    if (atOnce) this.drop();
    this.settle();
  }

  private settle(): void {
    if (this.closing) clearTimeout(this.closing);
    if (!this.unread) this.onNews?.();
  }

  private drop(): void {
    this.queue.length = 0;
    this.queuedBytes = 0;
  }

  private taken(chunk: Buffer): Buffer {
    this.queuedBytes -= chunk.length;
    if (this.paused && this.queuedBytes < WAITING_BYTES_MAX / 2) {
      this.paused = false;
      this.source.resume();
    }
    return chunk;
  }
}
