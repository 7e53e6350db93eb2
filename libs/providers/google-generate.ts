import type { Provider } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAdapter, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import type { GenerateContentParameters, GenerateContentResponse, GoogleGenAI, HttpOptions } from "@google/genai";
import { callHeaders } from "./call-headers";
import { type ErrorReading, type ErrorRules, toProviderError } from "./error-mapping";
import { ObservedFetch } from "./observed-fetch";
import { schemaOf } from "./output-schema";
import { ProviderClients } from "./provider-clients";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { takeImages, takeNoTools } from "./takes";
import type { Transport } from "./transport";

/** How one of the two Google services that speak `generateContent` is reached. */
export interface GoogleService {
  readonly open: (provider: Provider, key: string | null, http: HttpOptions) => GoogleGenAI;
  /** The header of a key that overrides the client's. */
  readonly keyHeader: (key: string) => readonly [name: string, value: string];
  readonly regionOf: (provider: Provider) => string | null;
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  MALFORMED_FUNCTION_CALL: "other",
};

const ERRORS: ErrorRules = {
  identifiers: {
    API_KEY_INVALID: "auth",
    API_KEY_EXPIRED: "auth",
    ACCESS_TOKEN_EXPIRED: "auth",
    UNAUTHENTICATED: "auth",
    PERMISSION_DENIED: "auth",
    BILLING_DISABLED: "quota",
    PerDay: "quota",
    RESOURCE_EXHAUSTED: "rate_limited",
    NOT_FOUND: "unavailable",
    DEADLINE_EXCEEDED: "timeout",
    UNAVAILABLE: "overloaded",
    INTERNAL: "unavailable",
  },
};

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
    takeNoTools(call);
    takeImages(call, () => false);
    const { provider } = call.deployment;
    const { sdk, key } = this.clients.of(provider);
    const headers = callHeaders(call);
    if (call.apiKey) {
      const [name, value] = this.service.keyHeader(call.apiKey);
      headers[name] = value;
    }
    const observed = new ObservedFetch(this.transport);
    try {
      const response = await sdk.models.generateContent(parametersOf(call, signal, { headers, fetch: observed.fetch }));
      return answerOf(response, call, this.service.regionOf(provider));
    } catch (thrown) {
      const failed = { provider: provider.id, secrets: [call.apiKey, key], signal };
      throw toProviderError(thrown, failed, (error) => readGoogleError(error, observed), ERRORS);
    }
  }
}

/** The system prompt stands beside the conversation, whose other side is called `model`. */
function parametersOf(call: ProviderCall, abortSignal: AbortSignal, httpOptions: HttpOptions): GenerateContentParameters {
  const { messages, temperature, outputSchema } = call;
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => ({ text: content }));
  const turns = messages.filter(({ role }) => role !== "system");
  return {
    model: call.deployment.providerModel,
    contents: turns.map(({ role, content }) => ({ role: role === "assistant" ? "model" : "user", parts: [{ text: content }] })),
    config: {
      abortSignal,
      httpOptions,
      maxOutputTokens: call.maxOutputTokens,
      ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }),
      ...(temperature === null ? {} : { temperature }),
      ...(outputSchema === null ? {} : { responseMimeType: "application/json", responseJsonSchema: schemaOf(outputSchema) }),
    },
  };
}

function answerOf(response: GenerateContentResponse, call: ProviderCall, region: string | null): ProviderAnswer {
  const usage = usageOf(response);
  const providerRequestId = response.responseId ?? null;
  const candidate = response.candidates?.[0];
  const blocked = response.promptFeedback?.blockReason;
  if (!candidate && !blocked) {
    const { id } = call.deployment.provider;
    throw new ProviderError("malformed_output", `\`${id}\` answered without a candidate`, { usage, providerRequestId });
  }
  const ending = blocked ? "content_filter" : (FINISH_REASONS[String(candidate?.finishReason)] ?? "other");
  const parts = candidate?.content?.parts ?? [];
  return {
    // A part may hold the model's thoughts, which are no part of its answer.
    text: parts.map(({ text, thought }) => (thought ? "" : (text ?? ""))).join(""),
    finishReason: ending,
    refused: ending === "content_filter",
    usage,
    providerRequestId,
    model: response.modelVersion ?? call.deployment.providerModel,
    region,
    rateLimit: null,
  };
}

/** Thoughts are counted beside the answer's tokens; ours, as billed, are part of the output. */
function usageOf({ usageMetadata: usage }: GenerateContentResponse): Usage | null {
  if (!usage) return null;
  const reasoningTokens = usage.thoughtsTokenCount ?? 0;
  return {
    inputTokens: (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
    cachedInputTokens: usage.cachedContentTokenCount ?? 0,
    cacheWriteTokens: 0,
    outputTokens: (usage.candidatesTokenCount ?? 0) + reasoningTokens,
    reasoningTokens,
  };
}

/** `google.rpc.Status`: https://google.aip.dev/193 */
interface RpcStatus {
  readonly status?: unknown;
  readonly details?: unknown;
}

interface RpcDetail {
  readonly reason?: unknown;
  readonly retryDelay?: unknown;
  readonly violations?: readonly { readonly quotaId?: unknown }[];
}

/** The SDK's error holds a status and, as its message, the body. */
function readGoogleError(thrown: unknown, { headers, status: seen }: ObservedFetch): ErrorReading {
  const error = (thrown ?? {}) as { status?: unknown; message?: unknown; cause?: unknown };
  // Of a redirect, which is not followed, it makes an error without a status.
  const status = typeof error.status === "number" ? error.status : seen !== null && seen >= 300 ? seen : null;
  const rpc = status === null ? {} : rpcStatusOf(String(error.message));
  const details: readonly RpcDetail[] = Array.isArray(rpc.details) ? rpc.details : [];
  const perDay = details.some(({ violations }) => violations?.some(({ quotaId }) => String(quotaId).includes("PerDay")));
  const delay = /^(\d+(?:\.\d+)?)s$/.exec(String(details.find(({ retryDelay }) => typeof retryDelay === "string")?.retryDelay));
  return {
    status,
    headers,
    requestId: null,
    identifiers: [...(perDay ? ["PerDay"] : []), ...details.map(({ reason }) => reason), rpc.status].filter((name) => typeof name === "string"),
    message: String(error.message),
    retryAfterMs: delay ? Math.ceil(Number(delay[1]) * 1_000) : null,
    cause: error.cause,
  };
}

function rpcStatusOf(body: string): RpcStatus {
  try {
    return (JSON.parse(body) as { error?: RpcStatus }).error ?? {};
  } catch {
    return {};
  }
}
