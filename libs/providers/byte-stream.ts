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

interface Waiting {
  readonly resolve: (chunk: Buffer | null) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A response's body while it comes, for one reader. It is no web stream: those cost more for each chunk than reading and
 * parsing it together. A reader that does not read fills a bounded queue and then stops the socket.
 */
export class ByteStream {
  private readonly queue: Buffer[] = [];
  private queuedBytes = 0;
  private paused = false;
  private ended = false;
  private unread = false;
  private failure: Error | null = null;
  private waiting: Waiting | null = null;
  private interrupt: ((error: Error) => void) | null = null;

  /** `done` is called when nothing is wanted any more. */
  constructor(
    private readonly source: ByteSource,
    private readonly done: () => void,
  ) {}

  /** The next bytes, null at the end. Rejects with what broke the stream, after what had come before. */
  read(): Promise<Buffer | null> {
    const chunk = this.queue.shift();
    if (chunk !== undefined) return Promise.resolve(this.taken(chunk));
    if (this.failure) return Promise.reject(this.failure);
    if (this.ended) return Promise.resolve(null);
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  /** Waits for `held`; rejects as soon as the call is aborted. */
  whileHeld(held: Promise<void>): Promise<void> {
    if (this.failure && this.queue.length === 0) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.interrupt = reject;
      held.then(() => {
        this.interrupt = null;
        resolve();
      }, reject);
    });
  }

  /** The reader has what it wants. The rest, normally nothing, is dropped, so that the connection can be used again. */
  finish(): void {
    this.unread = true;
    this.drop();
    this.done();
    if (this.ended || this.failure) return;
    if (this.paused) this.source.resume();
    const timer = setTimeout(() => this.cancel(), END_MS_MAX);
    timer.unref();
    this.interrupt = () => clearTimeout(timer);
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
    if (this.waiting) {
      const { resolve } = this.waiting;
      this.waiting = null;
      resolve(chunk);
      return;
    }
    this.queue.push(chunk);
    this.queuedBytes += chunk.length;
    if (this.queuedBytes >= WAITING_BYTES_MAX && !this.paused) {
      this.paused = true;
      this.source.pause();
    }
  }

  end(): void {
    this.ended = true;
    this.waiting?.resolve(null);
    if (this.unread) this.interrupt?.(FINISHED);
  }

  /** `atOnce`: what has come and was not read is not wanted either, were it all. */
  fail(error: Error, atOnce: boolean): void {
    if (this.failure || (this.ended && !atOnce)) return;
    this.failure = error;
    this.waiting?.reject(error);
    if (atOnce) this.drop();
    if (atOnce || this.unread) this.interrupt?.(error);
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

const FINISHED = new Error("the response has ended");
