import type { BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";
import type { ByteStream } from "./byte-stream";
import { STREAMED, type Transport } from "./transport";

/** The request as the SDK hands it over, signed. */
interface SignedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type RequestHandler = NonNullable<BedrockRuntimeClientConfig["requestHandler"]>;

/** Among the options of a call: its answer is wanted while it comes, and is put there. */
export interface StreamWanted {
  readonly streamed: { body: ByteStream | null };
}

interface HandlerOptions extends Partial<StreamWanted> {
  readonly abortSignal?: AbortSignal;
}

/** What the SDK would read events from; nobody asks it to. */
async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Puts the SDK's requests through our transport. An answer is there in full, or its stream goes past the SDK. */
export function bedrockTransport(transport: Transport): RequestHandler {
  const handle = async (request: SignedRequest, { abortSignal, streamed }: HandlerOptions = {}) => {
    const { method, protocol, hostname, port, path, headers, body } = request;
    const url = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}${queryOf(request)}`;
    const init = { method, headers: Object.entries(headers), body, signal: abortSignal ?? null, ...(streamed ? STREAMED : {}) } as unknown as RequestInit;
    const response = await transport.fetch(url, init);
    if (streamed && response.body) {
      streamed.body = response.body as unknown as ByteStream;
      return { response: { statusCode: response.status, headers: Object.fromEntries(response.headers), body: nothing() } };
    }
    const content = Buffer.from(await response.text());
    return { response: { statusCode: response.status, headers: Object.fromEntries(response.headers), body: content } };
  };
  return { handle, metadata: { handlerProtocol: "http/1.1" }, updateHttpClientConfig: () => undefined, httpHandlerConfigs: () => ({}) } as unknown as RequestHandler;
}

function queryOf({ query }: SignedRequest): string {
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value ?? ""))}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
