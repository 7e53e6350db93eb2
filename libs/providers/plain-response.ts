import type { ByteStream } from "./byte-stream";

export type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Private fields throughout: the SDKs enumerate headers for a log line that nobody asked for. */
export class PlainHeaders {
  readonly #raw: RawHeaders;

  constructor(raw: RawHeaders) {
    this.#raw = raw;
  }

  get(name: string): string | null {
    const value = this.#raw[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : (value ?? null);
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  *entries(): IterableIterator<[string, string]> {
    for (const name of Object.keys(this.#raw)) yield [name, this.get(name) ?? ""];
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

/** The part of a Response that the SDKs use for JSON; the content is there in full. */
export class PlainResponse {
  readonly body: unknown = null;

  constructor(
    readonly url: string,
    readonly status: number,
    readonly headers: PlainHeaders,
    private readonly content: string,
  ) {}

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  async text(): Promise<string> {
    return this.content;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.content);
  }
}

/** A successful response to a call that asked for a stream; its body is read by us, whatever the SDK makes of it. */
export class StreamedResponse extends PlainResponse {
  constructor(
    url: string,
    status: number,
    headers: PlainHeaders,
    override readonly body: ByteStream,
  ) {
    super(url, status, headers, "");
  }
}
