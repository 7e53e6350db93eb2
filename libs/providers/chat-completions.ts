import type { Provider } from "@leverframe/catalog";
import type { DeltaSink, ProviderAdapter, ProviderAnswer, ProviderCall } from "@leverframe/execution";
import OpenAI, { type APIError, type ClientOptions } from "openai";
import type { ChatCompletion, ChatCompletionCreateParamsStreaming } from "openai/resources/chat/completions";
import type { ByteStream } from "./byte-stream";
import { callHeaders, SDK_TIMEOUT_MS } from "./call-headers";
import { chatAnswerOf, REQUEST_ID } from "./chat-answer";
import { bearer, type ChatDialect, withError } from "./chat-dialect";
import { ChatFold } from "./chat-stream";
import { type ErrorReading, readSdkError, toProviderError } from "./error-mapping";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { ProviderClients } from "./provider-clients";
import { readStream, tellRest, tellWhole } from "./read-stream";
import { EventReader } from "./server-sent-events";
import { STREAMED, type Transport } from "./transport";

export type { ChatDialect } from "./chat-dialect";

interface Client {
  readonly sdk: OpenAI;
  readonly key: string | null;
}

/** Speaks chat completions in one provider's dialect, by OpenAI's SDK. */
export class ChatCompletionsAdapter implements ProviderAdapter {
  private readonly clients: ProviderClients<Client>;

  constructor(
    private readonly dialect: ChatDialect,
    environment: KeyEnvironment,
    transport: Transport,
  ) {
    this.clients = new ProviderClients((provider) => {
      const key = keyOf(provider, environment);
      return { sdk: openClient(dialect, provider, key, transport), key };
    });
  }

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    const { dialect } = this;
    const { provider } = call.deployment;
    const { sdk, key } = this.clients.of(provider);
    const headers = callHeaders(call);
    if (call.apiKey) {
      const [name, value] = (dialect.keyHeader ?? bearer)(call.apiKey);
      headers[name] = value;
    }
    try {
      if (call.onDelta) return await this.stream(sdk, call, call.onDelta, { signal, headers });
      const { data, response } = await sdk.chat.completions.create(dialect.bodyOf(call), { signal, headers }).withResponse();
      return chatAnswerOf(dialect, call, data, response.headers);
    } catch (thrown) {
      const failed = { provider: provider.id, secrets: [call.apiKey, key], signal };
      throw toProviderError(thrown, failed, (error) => readingOf(dialect, error), dialect.errors);
    }
  }

  /** The SDK makes the request; the events, which it reads at several times the cost, are ours. */
  private async stream(sdk: OpenAI, call: ProviderCall, sink: DeltaSink, options: OpenAI.RequestOptions): Promise<ProviderAnswer> {
    const { dialect } = this;
    const body = { ...dialect.bodyOf(call), ...(dialect.streamFields ?? WITH_USAGE), stream: true } as unknown as ChatCompletionCreateParamsStreaming;
    const response = await sdk.chat.completions.create(body, { ...options, fetchOptions: STREAMED } as OpenAI.RequestOptions).asResponse();
    const stream = response.body as unknown as ByteStream | null;
    if (stream === null) return tellWhole(chatAnswerOf(dialect, call, (await response.json()) as ChatCompletion, response.headers), sink);
    const fold = new ChatFold(dialect, call, response.headers);
    await readStream(stream, new EventReader(), fold, sink);
    const answer = chatAnswerOf(dialect, call, fold.completion(), response.headers);
    await tellRest(answer.text, fold.textCharacters, sink);
    return answer;
  }
}

const WITH_USAGE = { stream_options: { include_usage: true } };

function readingOf({ readError, requestIdHeader = REQUEST_ID }: ChatDialect, thrown: unknown): ErrorReading {
  const reading = (readError ?? readSdkError)(thrown);
  return { ...reading, requestId: reading.headers?.get(requestIdHeader) ?? reading.requestId };
}

function openClient(dialect: ChatDialect, provider: Provider, key: string | null, transport: Transport): OpenAI {
  const options: ClientOptions = {
    apiKey: key ?? "none",
    adminAPIKey: null,
    baseURL: provider.baseUrl ?? dialect.baseUrl,
    // Whatever the environment says about them is meant for OpenAI itself.
    ...(dialect.organizationFromEnvironment && provider.baseUrl === null ? {} : { organization: null, project: null }),
    ...(key === null ? { defaultHeaders: { authorization: null } } : {}),
    maxRetries: 0,
    timeout: SDK_TIMEOUT_MS,
    logLevel: "off",
    fetch: transport.fetch,
  };
  return dialect.open?.(provider, key, options) ?? new ChatClient(options);
}

class ChatClient extends OpenAI {
  protected override makeStatusError(status: number, error: object, message: string | undefined, headers: Headers): APIError {
    return super.makeStatusError(status, withError(error), message, headers);
  }
}
