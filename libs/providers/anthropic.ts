import Anthropic from "@anthropic-ai/sdk";
import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import type { Message, MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/messages";
import type { Provider } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAdapter, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import { callHeaders, SDK_TIMEOUT_MS } from "./call-headers";
import { toProviderError } from "./error-mapping";
import { ProviderClients } from "./provider-clients";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { rateLimitOf } from "./rate-limit";
import { takeImages, takeNoTools } from "./takes";
import type { Transport } from "./transport";

const OFFICIAL_URL = "https://api.anthropic.com";
/** OpenAI's scale, which requests use, ends at 2. */
const TEMPERATURE_MAX = 1;

const RATE_LIMIT = { requests: "anthropic-ratelimit-requests-remaining", tokens: "anthropic-ratelimit-input-tokens-remaining" };

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

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
    takeNoTools(call);
    takeImages(call, () => false);
    const { provider } = call.deployment;
    const { sdk, key } = this.clients.of(provider);
    const headers = callHeaders(call);
    if (call.apiKey) headers["x-api-key"] = call.apiKey;
    try {
      const { data, response } = await sdk.messages.create(bodyOf(call), { signal, headers }).withResponse();
      return answerOf(data, response.headers, provider.id);
    } catch (thrown) {
      throw toProviderError(thrown, { provider: provider.id, secrets: [call.apiKey, key], signal });
    }
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

/** The system prompt stands beside the conversation: all system messages, in their order. */
function bodyOf(call: ProviderCall): MessageCreateParamsNonStreaming {
  const { temperature, outputSchema } = call;
  const system = call.messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const messages = call.messages.filter(({ role }) => role !== "system");
  return {
    model: call.deployment.providerModel,
    max_tokens: call.maxOutputTokens,
    messages: messages as MessageCreateParamsNonStreaming["messages"],
    ...(system.length === 0 ? {} : { system: system.join("\n\n") }),
    ...(temperature === null ? {} : { temperature: Math.min(temperature, TEMPERATURE_MAX) }),
    ...outputConfigOf(outputSchema),
  };
}

/**
 * The API takes a part of JSON Schema; the SDK's own transformation narrows a schema to it and never widens. One that
 * it cannot narrow is left to the evaluator's check.
 */
function outputConfigOf(outputSchema: string | null): Pick<MessageCreateParamsNonStreaming, "output_config"> {
  if (outputSchema === null) return {};
  try {
    const schema = transformJSONSchema(JSON.parse(outputSchema)) as Record<string, unknown>;
    return { output_config: { format: { type: "json_schema", schema } } };
  } catch {
    return {};
  }
}

function answerOf(message: Message, headers: Headers, provider: string): ProviderAnswer {
  const usage = usageOf(message);
  const providerRequestId = headers.get("request-id");
  if (!Array.isArray(message?.content)) {
    throw new ProviderError("malformed_output", `\`${provider}\` answered without content`, { usage, providerRequestId });
  }
  const text = message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
  const refused = message.stop_reason === "refusal";
  return {
    text,
    finishReason: FINISH_REASONS[message.stop_reason ?? ""] ?? "other",
    refused,
    usage,
    providerRequestId,
    model: message.model,
    region: null,
    rateLimit: rateLimitOf(headers, RATE_LIMIT),
  };
}

/** Anthropic counts cached tokens beside the input's; ours, as OpenAI's, are part of it. */
function usageOf(message: Message): Usage | null {
  const usage = message?.usage;
  if (!usage) return null;
  const cached = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  return {
    inputTokens: usage.input_tokens + cached + written,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    outputTokens: usage.output_tokens,
    reasoningTokens: usage.output_tokens_details?.thinking_tokens ?? 0,
  };
}
