import type { Provider } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAdapter, type ProviderAnswer, type ProviderCall, ProviderError, type ProviderErrorKind } from "@leverframe/execution";
import { type Cohere, CohereClientV2 } from "cohere-ai";
import { callHeaders } from "./call-headers";
import { cohereTransport } from "./cohere-transport";
import { type ErrorReading, type ErrorRules, toProviderError } from "./error-mapping";
import { schemaOf } from "./output-schema";
import { ProviderClients } from "./provider-clients";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { takeImages, takeNoTools } from "./takes";
import type { Transport } from "./transport";

const OFFICIAL_URL = "https://api.cohere.com";
/** OpenAI's scale, which requests use, ends at 2. */
const TEMPERATURE_MAX = 1;

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "length",
  TOOL_CALL: "tool_calls",
};

const FAILED_ENDINGS: Readonly<Record<string, ProviderErrorKind>> = { ERROR: "unavailable", TIMEOUT: "timeout" };

/** 498 is a rejected token, 499 a call that Cohere itself gave up. */
const ERRORS: ErrorRules = { statuses: { 498: "auth", 499: "unavailable" } };

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
    takeNoTools(call);
    takeImages(call, () => false);
    const { provider } = call.deployment;
    const { sdk, key } = this.clients.of(provider);
    const headers = callHeaders(call);
    if (call.apiKey) headers["authorization"] = `Bearer ${call.apiKey}`;
    try {
      return answerOf(await sdk.chat(requestOf(call), { headers, abortSignal: signal }), call);
    } catch (thrown) {
      throw toProviderError(thrown, { provider: provider.id, secrets: [call.apiKey, key], signal }, readCohereError, ERRORS);
    }
  }
}

function openClient(provider: Provider, key: string | null, transport: Transport): CohereClientV2 {
  return new CohereClientV2({
    token: key ?? "none",
    environment: provider.baseUrl ?? OFFICIAL_URL,
    fetcher: cohereTransport(transport),
  });
}

function requestOf({ deployment, messages, maxOutputTokens, temperature, outputSchema }: ProviderCall): Cohere.V2ChatRequest {
  return {
    model: deployment.providerModel,
    messages: messages as Cohere.ChatMessages,
    maxTokens: maxOutputTokens,
    ...(temperature === null ? {} : { temperature: Math.min(temperature, TEMPERATURE_MAX) }),
    ...(outputSchema === null ? {} : { responseFormat: { type: "json_object", jsonSchema: schemaOf(outputSchema) } }),
  };
}

function answerOf(response: Cohere.V2ChatResponse, { deployment }: ProviderCall): ProviderAnswer {
  const usage = usageOf(response);
  const providerRequestId = response.id ?? null;
  const provider = deployment.provider.id;
  if (!response.message) throw new ProviderError("malformed_output", `\`${provider}\` answered without a message`, { usage, providerRequestId });
  const failed = FAILED_ENDINGS[response.finishReason];
  if (failed !== undefined) {
    const billed = usage === null ? "unknown" : "yes";
    throw new ProviderError(failed, `\`${provider}\` broke its answer off (${response.finishReason})`, { usage, providerRequestId, billed });
  }
  const content = response.message.content ?? [];
  return {
    text: content.map((part) => (part.type === "text" ? part.text : "")).join(""),
    finishReason: FINISH_REASONS[response.finishReason] ?? "other",
    refused: false,
    usage,
    providerRequestId,
    model: deployment.providerModel,
    region: null,
    rateLimit: null,
  };
}

/** What is billed, which leaves out what Cohere adds to the prompt itself; the tokens counted where that is not told. */
function usageOf({ usage }: Cohere.V2ChatResponse): Usage | null {
  const counted = usage?.billedUnits?.inputTokens === undefined ? usage?.tokens : usage.billedUnits;
  if (counted?.inputTokens === undefined || counted.outputTokens === undefined) return null;
  return {
    inputTokens: counted.inputTokens,
    cachedInputTokens: Math.min(usage?.cachedTokens ?? 0, counted.inputTokens),
    cacheWriteTokens: 0,
    outputTokens: counted.outputTokens,
    reasoningTokens: 0,
  };
}

interface CohereFailure {
  readonly statusCode?: number;
  readonly body?: unknown;
  readonly rawResponse?: { readonly headers?: Headers };
  readonly message?: string;
  readonly cause?: unknown;
}

function readCohereError(thrown: unknown): ErrorReading {
  const error = (thrown ?? {}) as CohereFailure;
  const body = (error.body ?? {}) as { id?: unknown };
  return {
    status: error.statusCode ?? null,
    headers: error.rawResponse?.headers ?? null,
    requestId: typeof body.id === "string" ? body.id : null,
    identifiers: [],
    message: String(error.message),
    cause: error.cause,
  };
}
