import type { Provider } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAdapter, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import OpenAI from "openai";
import type { ChatCompletion, ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import { callHeaders, SDK_TIMEOUT_MS } from "./call-headers";
import { toProviderError } from "./error-mapping";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import type { Transport } from "./transport";

const OFFICIAL_HOST = "api.openai.com";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  content_filter: "content_filter",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
};

interface Client {
  readonly sdk: OpenAI;
  readonly key: string | null;
  readonly official: boolean;
}

/** OpenAI's chat completions, and every server that speaks them (vLLM, Ollama, llama.cpp, a gateway). */
export class OpenAiAdapter implements ProviderAdapter {
  /** One client for each provider of the catalog, for as long as that catalog lives. */
  private readonly clients = new WeakMap<Provider, Client>();

  constructor(
    private readonly environment: KeyEnvironment,
    private readonly transport: Transport,
  ) {}

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    const { provider } = call.deployment;
    const client = this.clientOf(provider);
    const headers = callHeaders(call);
    if (call.apiKey) headers["authorization"] = `Bearer ${call.apiKey}`;
    try {
      const completion = await client.sdk.chat.completions.create(bodyOf(call, client.official), { signal, headers });
      return answerOf(completion, provider.id);
    } catch (thrown) {
      throw toProviderError(thrown, provider.id, call.apiKey ?? client.key, signal);
    }
  }

  private clientOf(provider: Provider): Client {
    const known = this.clients.get(provider);
    if (known) return known;
    const key = keyOf(provider, this.environment);
    const official = provider.baseUrl === null || new URL(provider.baseUrl).host === OFFICIAL_HOST;
    const sdk = new OpenAI({
      apiKey: key ?? "none",
      adminAPIKey: null,
      baseURL: provider.baseUrl ?? `https://${OFFICIAL_HOST}/v1`,
      // Whatever the environment says is meant for OpenAI itself.
      ...(official ? {} : { organization: null, project: null }),
      ...(key === null ? { defaultHeaders: { authorization: null } } : {}),
      maxRetries: 0,
      timeout: SDK_TIMEOUT_MS,
      logLevel: "off",
      fetch: this.transport.fetch,
    });
    const client = { sdk, key, official };
    this.clients.set(provider, client);
    return client;
  }
}

function bodyOf(call: ProviderCall, official: boolean): ChatCompletionCreateParamsNonStreaming {
  const { maxOutputTokens, temperature, outputSchema } = call;
  return {
    model: call.deployment.providerModel,
    messages: call.messages as ChatCompletionCreateParamsNonStreaming["messages"],
    max_completion_tokens: maxOutputTokens,
    // OpenAI refuses the older name beside the newer one; other servers may know only the older, and the limit must hold.
    ...(official ? {} : { max_tokens: maxOutputTokens }),
    ...(temperature === null ? {} : { temperature }),
    ...(outputSchema === null
      ? {}
      : { response_format: { type: "json_schema", json_schema: { name: "answer", schema: schemaOf(outputSchema) } } }),
  };
}

/** The classifier has parsed it before; a schema that is none is the caller's. */
function schemaOf(outputSchema: string): Record<string, unknown> {
  try {
    return JSON.parse(outputSchema);
  } catch (cause) {
    throw new ProviderError("bad_request", "outputSchema is not JSON", { cause });
  }
}

function answerOf(completion: ChatCompletion & { _request_id?: string | null }, provider: string): ProviderAnswer {
  const usage = usageOf(completion);
  const providerRequestId = completion?._request_id ?? null;
  const choice = completion?.choices?.[0];
  if (!choice?.message) {
    throw new ProviderError("malformed_output", `\`${provider}\` answered without a choice`, { usage, providerRequestId });
  }
  const { content, refusal } = choice.message;
  const finishReason = FINISH_REASONS[choice.finish_reason] ?? "other";
  const declined = typeof refusal === "string" && refusal !== "";
  return {
    text: declined ? refusal : typeof content === "string" ? content : "",
    finishReason: declined ? "content_filter" : finishReason,
    refused: declined || finishReason === "content_filter",
    usage,
    providerRequestId,
    model: completion.model,
  };
}

function usageOf(completion: ChatCompletion): Usage | null {
  const usage = completion?.usage;
  if (!usage) return null;
  return {
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    outputTokens: usage.completion_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}
