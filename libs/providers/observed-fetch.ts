import type { Transport } from "./transport";

interface ResponseHeaders {
  get(name: string): string | null;
}

/** One call's way through the transport: keeps the answer's status and headers for SDKs that do not hand them on with an error. */
export class ObservedFetch {
  headers: ResponseHeaders | null = null;
  status: number | null = null;

  constructor(private readonly transport: Transport) {}

  readonly fetch: typeof fetch = async (input, init) => {
    const response = await this.transport.fetch(input, init);
    this.headers = response.headers;
    this.status = response.status;
    return response;
  };
}
