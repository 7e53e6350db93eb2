import Anthropic from "@anthropic-ai/sdk";
import type { Message } from "@anthropic-ai/sdk/resources/messages";
import type { Provider } from "@leverframe/catalog";
import type { DeltaSink, ProviderAdapter, ProviderAnswer, ProviderCall } from "@leverframe/execution";
import { messageAnswerOf } from "./anthropic-answer";
import { messagesBodyOf } from "./anthropic-body";
import { MessageFold } from "./anthropic-stream";
import type { ByteStream } from "./byte-stream";
import { callHeaders, SDK_TIMEOUT_MS } from "./call-headers";
import { toProviderError } from "./error-mapping";
import { ProviderClients } from "./provider-clients";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { readStream, tellWhole } from "./read-stream";
import { EventReader } from "./server-sent-events";
import { STREAMED, type Transport } from "./transport";

const OFFICIAL_URL = "https://api.anthropic.com";
interface Client {
  readonly sdk: Anthropic;
  readonly key: string | null;
}

/** Anthropic's messages. */
export class AnthropicAdapter implements ProviderAdapter {
  private readonly clients: ProviderClients<Client>;

  constructor(environment: KeyEnvironment, transport: Transport) {
    this.clients = new ProviderClients((provider) => {
      const key = keyOf(provider, environment);
      return { sdk: openClient(provider, key, transport), key };
    });
  }

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    const { provider } = call.deployment;
    const { sdk, key } = this.clients.of(provider);
    const headers = callHeaders(call);
    if (call.apiKey) headers["x-api-key"] = call.apiKey;
    try {
      if (call.onDelta) return await this.stream(sdk, call, call.onDelta, { signal, headers });
      const { data, response } = await sdk.messages.create(messagesBodyOf(call), { signal, headers }).withResponse();
      return messageAnswerOf(data, response.headers, call);
    } catch (thrown) {
      throw toProviderError(thrown, { provider: provider.id, secrets: [call.apiKey, key], signal });
    }
  }

  /** The SDK makes the request; the events, which it reads at several times the cost, are ours. */
  private async stream(sdk: Anthropic, call: ProviderCall, sink: DeltaSink, options: Anthropic.RequestOptions): Promise<ProviderAnswer> {
    const body = { ...messagesBodyOf(call), stream: true as const };
    const response = await sdk.messages.create(body, { ...options, fetchOptions: STREAMED } as Anthropic.RequestOptions).asResponse();
    const stream = response.body as unknown as ByteStream | null;
    if (stream === null) return tellWhole(messageAnswerOf((await response.json()) as Message, response.headers, call), sink);
    const fold = new MessageFold(call, response.headers);
    await readStream(stream, new EventReader(), fold, sink);
    return messageAnswerOf(fold.whole(), response.headers, call);
  }
}

function openClient(provider: Provider, key: string | null, transport: Transport): Anthropic {
  return new Anthropic({
    apiKey: key ?? "none",
    authToken: null,
    baseURL: provider.baseUrl ?? OFFICIAL_URL,
    maxRetries: 0,
    timeout: SDK_TIMEOUT_MS,
    logLevel: "off",
    fetch: transport.fetch,
  });
}
