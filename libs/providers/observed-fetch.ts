import type { ByteStream } from "./byte-stream";
import { STREAMED, type Transport } from "./transport";

interface ResponseHeaders {
  get(name: string): string | null;
}

/** One call's way through the transport: keeps the answer, for SDKs that do not hand on all of it. */
export class ObservedFetch {
  headers: ResponseHeaders | null = null;
  status: number | null = null;
  response: Response | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly streamed = false,
  ) {}

  readonly fetch: typeof fetch = async (input, init) => {
    const response = await this.transport.fetch(input, this.streamed ? { ...init, ...STREAMED } : init);
    this.headers = response.headers;
    this.status = response.status;
    this.response = response;
    return response;
  };

  /** Null: the answer is there as a whole. */
  get stream(): ByteStream | null {
    return (this.response?.body as unknown as ByteStream | null | undefined) ?? null;
  }
}
