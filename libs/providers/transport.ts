import { Agent, type Dispatcher } from "undici";
import { ByteStream } from "./byte-stream";
import { PlainHeaders, PlainResponse, type RawHeaders, StreamedResponse } from "./plain-response";

export interface TransportOptions {
  /** Open connections per origin; a call beyond them waits for one. */
  readonly connectionsMax?: number;
  readonly connectMsMax?: number;
  /** How long an idle connection is kept when the server does not say. */
  readonly keepAliveMs?: number;
  /** A longer answer is cut off: nothing that a model says comes near. A stream, which is not kept, may take more on the way. */
  readonly responseBytesMax?: number;
}

/** What the official SDKs call instead of the global fetch, over kept-alive connections. */
export interface Transport {
  readonly fetch: typeof fetch;
  /** Ends when calls under way have ended. */
  close(): Promise<void>;
}

/** The connection failed. Says nothing that could match the SDKs' guesses about time-outs: deadlines are not theirs. */
export class TransportError extends Error {
  constructor(
    readonly code: string,
    /** False: the request cannot have reached the server. */
    readonly opened: boolean,
  ) {
    super(opened ? "the connection was lost" : "the connection could not be opened");
    this.name = "TransportError";
  }
}

const NEVER_OPENED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** What `fetch` is told of a call whose answer is to be handed over while it comes, as a StreamedResponse. */
export const STREAMED = { streamed: true } as unknown as RequestInit;

/** Around each few characters a stream carries its events' envelopes. */
const STREAM_BYTES_FACTOR = 16;
const JSON_TYPE = /\bjson\b/;

/**
 * A `fetch` for requests whose answer is one JSON document, or a stream that we read. The platform's own spends 250 µs
 * of CPU a call on streams and on objects that the SDKs never look at; a plain dispatch needs 50. It follows no redirect
 * (a key must not travel on) and asks for no compression. It knows what the SDKs use of a Response and nothing else.
 */
export function createTransport(options: TransportOptions = {}): Transport {
  const agent = new Agent({
    connections: options.connectionsMax ?? 1_024,
    pipelining: 1,
    connect: { timeout: options.connectMsMax ?? 5_000 },
    keepAliveTimeout: options.keepAliveMs ?? 30_000,
    // The governed call's signal is the deadline, for the headers as for the body.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const responseBytesMax = options.responseBytesMax ?? 16 * 1024 * 1024;
  const call = (input: unknown, init: RequestInit = {}): Promise<PlainResponse> =>
    new Promise((resolve, reject) => {
      const handler = new PlainHandler(String(input), init, responseBytesMax, resolve, reject);
      if (!handler.refuseAborted()) agent.dispatch(dispatchOptions(String(input), init), handler);
    });
  return { fetch: call as unknown as typeof fetch, close: () => agent.close() };
}

function dispatchOptions(url: string, init: RequestInit): Dispatcher.DispatchOptions {
  const { origin, pathname, search } = new URL(url);
  const headers: Record<string, string> = {};
  for (const [name, value] of init.headers as Headers) headers[name] = value;
  return { origin, path: pathname + search, method: init.method as Dispatcher.HttpMethod, headers, body: init.body as string };
}

/** Collects one answer, or hands over its stream, and settles once. */
class PlainHandler implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private status = 0;
  private headers: RawHeaders = {};
  private stream: ByteStream | null = null;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private readonly signal: AbortSignal | null;
  private readonly streamed: boolean;
  private readonly onAbort = (): void => this.cut(abortError(), true);

  constructor(
    private readonly url: string,
    init: RequestInit,
    private readonly bytesMax: number,
    private readonly resolve: (response: PlainResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.signal = init.signal ?? null;
    this.streamed = (init as { streamed?: boolean }).streamed === true;
    this.signal?.addEventListener("abort", this.onAbort, { once: true });
  }

  refuseAborted(): boolean {
    if (!this.signal?.aborted) return false;
    this.reject(abortError());
    return true;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.signal?.aborted) controller.abort(abortError());
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    this.status = status;
    this.headers = headers;
    // An error is no stream, nor what a server says that does not know how to.
    if (!this.streamed || status < 200 || status >= 300 || JSON_TYPE.test(String(headers["content-type"]))) return;
    this.stream = new ByteStream(controller, () => this.signal?.removeEventListener("abort", this.onAbort));
    this.resolve(new StreamedResponse(this.url, status, new PlainHeaders(headers), this.stream));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.bytesMax * (this.stream ? STREAM_BYTES_FACTOR : 1)) this.cut(new TransportError("RESPONSE_TOO_LARGE", true), false);
    else if (this.stream) this.stream.push(chunk);
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    // A stream that has come is still being read.
    if (this.stream) return this.stream.end();
    this.signal?.removeEventListener("abort", this.onAbort);
    const text = (this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks)).toString("utf8");
    this.resolve(new PlainResponse(this.url, this.status, new PlainHeaders(this.headers), text));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.stream) this.signal?.removeEventListener("abort", this.onAbort);
    this.fail(error.name === "AbortError" || error instanceof TransportError ? error : lost(error), false);
  }

  private cut(error: Error, atOnce: boolean): void {
    this.fail(error, atOnce);
    this.controller?.abort(error);
  }

  private fail(error: Error, atOnce: boolean): void {
    if (this.stream) this.stream.fail(error, atOnce);
    else this.reject(error);
  }
}

function lost(error: Error): TransportError {
  const code = String((error as { code?: unknown }).code ?? error.name);
  return new TransportError(code, !NEVER_OPENED.has(code));
}

const abortError = (): Error => new DOMException("the call was aborted", "AbortError");
