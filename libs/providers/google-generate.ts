import type { Provider } from "@leverframe/catalog";
import type { DeltaSink, ProviderAdapter, ProviderAnswer, ProviderCall } from "@leverframe/execution";
import type { GenerateContentParameters, GenerateContentResponse, GoogleGenAI, HttpOptions } from "@google/genai";
import { callHeaders } from "./call-headers";
import { toProviderError } from "./error-mapping";
import { generatedAnswerOf } from "./google-answer";
import { generateParametersOf } from "./google-body";
import { GOOGLE_ERRORS, readGoogleError } from "./google-errors";
import { GenerateFold } from "./google-stream";
import { ObservedFetch } from "./observed-fetch";
import { ProviderClients } from "./provider-clients";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { readStream, tellWhole } from "./read-stream";
import { EventReader } from "./server-sent-events";
import type { Transport } from "./transport";

/** How one of the two Google services that speak `generateContent` is reached. */
export interface GoogleService {
  readonly open: (provider: Provider, key: string | null, http: HttpOptions) => GoogleGenAI;
  /** The header of a key that overrides the client's. */
  readonly keyHeader: (key: string) => readonly [name: string, value: string];
  readonly regionOf: (provider: Provider) => string | null;
}

interface Client {
  readonly sdk: GoogleGenAI;
  readonly key: string | null;
}

/** Google's `generateContent`, of the Gemini API and of Vertex AI. */
export class GoogleAdapter implements ProviderAdapter {
  private readonly clients: ProviderClients<Client>;

  constructor(
    private readonly service: GoogleService,
    environment: KeyEnvironment,
    private readonly transport: Transport,
  ) {
    this.clients = new ProviderClients((provider) => {
      const key = keyOf(provider, environment);
      const http = provider.baseUrl === null ? {} : { baseUrl: provider.baseUrl };
      return { sdk: service.open(provider, key, http), key };
    });
  }

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    const { provider } = call.deployment;
    const { sdk, key } = this.clients.of(provider);
    const headers = callHeaders(call);
    if (call.apiKey) {
      const [name, value] = this.service.keyHeader(call.apiKey);
      headers[name] = value;
    }
    const observed = new ObservedFetch(this.transport, call.onDelta !== undefined);
    try {
      const parameters = generateParametersOf(call, signal, { headers, fetch: observed.fetch });
      if (call.onDelta) return await this.stream(sdk, call, parameters, observed, call.onDelta);
      return generatedAnswerOf(await sdk.models.generateContent(parameters), call, this.service.regionOf(provider));
    } catch (thrown) {
      const failed = { provider: provider.id, secrets: [call.apiKey, key], signal };
      throw toProviderError(thrown, failed, (error) => readGoogleError(error, observed), GOOGLE_ERRORS);
    }
  }

  /** The SDK makes the request; what it would read the events with is never begun, since they are ours. */
  private async stream(sdk: GoogleGenAI, call: ProviderCall, parameters: GenerateContentParameters, observed: ObservedFetch, sink: DeltaSink): Promise<ProviderAnswer> {
    await sdk.models.generateContentStream(parameters);
    const region = this.service.regionOf(call.deployment.provider);
    const { stream, response } = observed;
    if (stream === null) return tellWhole(generatedAnswerOf((await response!.json()) as GenerateContentResponse, call, region), sink);
    const fold = new GenerateFold(call);
    await readStream(stream, new EventReader(), fold, sink);
    return generatedAnswerOf(fold.whole(), call, region);
  }
}
