import type { Provider } from "@leverframe/catalog";
import { type DeltaSink, type ProviderAdapter, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import { CohereClientV2 } from "cohere-ai";
import type { ByteStream } from "./byte-stream";
import { callHeaders } from "./call-headers";
import { cohereAnswerOf } from "./cohere-answer";
import { cohereRequestOf } from "./cohere-body";
import { COHERE_ERRORS, readCohereError } from "./cohere-errors";
import { CohereFold } from "./cohere-stream";
import { cohereTransport } from "./cohere-transport";
import { toProviderError } from "./error-mapping";
import { ProviderClients } from "./provider-clients";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { readStream } from "./read-stream";
import { EventReader } from "./server-sent-events";
import type { Transport } from "./transport";

const OFFICIAL_URL = "https://api.cohere.com";
interface Client {
  readonly sdk: CohereClientV2;
  readonly key: string | null;
}

/** Cohere's chat, version 2. */
export class CohereAdapter implements ProviderAdapter {
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
    if (call.apiKey) headers["authorization"] = `Bearer ${call.apiKey}`;
    try {
      if (call.onDelta) return await this.stream(sdk, call, call.onDelta, { headers, abortSignal: signal });
      return cohereAnswerOf(await sdk.chat(cohereRequestOf(call), { headers, abortSignal: signal }), call);
    } catch (thrown) {
      throw toProviderError(thrown, { provider: provider.id, secrets: [call.apiKey, key], signal }, readCohereError, COHERE_ERRORS);
    }
  }

  /** The SDK makes the request; the events, which it reads at many times the cost, are ours. */
  private async stream(sdk: CohereClientV2, call: ProviderCall, sink: DeltaSink, options: Parameters<CohereClientV2["chatStream"]>[1]): Promise<ProviderAnswer> {
    const { rawResponse } = await sdk.chatStream(cohereRequestOf(call), options).withRawResponse();
    const body = (rawResponse as unknown as { readonly body: ByteStream | null }).body;
    if (body === null) throw new ProviderError("malformed_output", `\`${call.deployment.provider.id}\` answered without a stream`);
    const fold = new CohereFold(call);
    await readStream(body, new EventReader(), fold, sink);
    return cohereAnswerOf(fold.whole(), call);
  }
}

function openClient(provider: Provider, key: string | null, transport: Transport): CohereClientV2 {
  return new CohereClientV2({
    token: key ?? "none",
    environment: provider.baseUrl ?? OFFICIAL_URL,
    fetcher: cohereTransport(transport),
  });
}
