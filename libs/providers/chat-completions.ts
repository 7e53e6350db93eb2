import type { Provider } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAdapter, type ProviderAnswer, type ProviderCall, ProviderError, type ProviderErrorKind } from "@leverframe/execution";
import OpenAI, { type APIError, type ClientOptions } from "openai";
import type { ChatCompletion, ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import { callHeaders, SDK_TIMEOUT_MS } from "./call-headers";
import { type ErrorReading, type ErrorRules, answeredError, readSdkError, toProviderError } from "./error-mapping";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { ProviderClients } from "./provider-clients";
import { type RateLimitHeaders, rateLimitOf } from "./rate-limit";
import type { Transport } from "./transport";

interface AnswerHeaders {
  get(name: string): string | null;
}

/** What the wire's body may hold beyond OpenAI's own fields. */
export type ChatBody = ChatCompletionCreateParamsNonStreaming & Readonly<Record<string, unknown>>;

/** How one provider speaks the chat completions that OpenAI began and many took over. */
export interface ChatDialect {
  /** Null: the catalog must give one. */
  readonly baseUrl: string | null;
  readonly bodyOf: (call: ProviderCall) => ChatBody;
  readonly usageOf: (completion: ChatCompletion) => Usage | null;
  /** Endings that the wire tells in other words than OpenAI's. */
  readonly finishReasons?: Readonly<Record<string, FinishReason>>;
  /** Endings of an answer that did not come to be. */
  readonly failedEndings?: Readonly<Record<string, ProviderErrorKind>>;
  /** What to add below the model's text. */
  readonly appendixOf?: (completion: ChatCompletion, call: ProviderCall) => string;
  /** A failure told in the body of a 200. */
  readonly failureIn?: (completion: ChatCompletion) => ErrorReading | null;
  /** The header with the request's id, of an answer and of an error; `x-request-id` when absent. */
  readonly requestIdHeader?: string;
  /** The id where no header has it. */
  readonly requestIdOf?: (completion: ChatCompletion) => string | null;
  readonly regionOf?: (headers: AnswerHeaders) => string | null;
  readonly rateLimit?: RateLimitHeaders;
  readonly readError?: (thrown: unknown) => ErrorReading;
  readonly errors?: ErrorRules;
  /** At the provider's own address, organization and project are those of OPENAI_ORG_ID and OPENAI_PROJECT_ID. */
  readonly organizationFromEnvironment?: boolean;
  /** Opens the SDK's client; `key` is null for a server that wants none. */
  readonly open?: (provider: Provider, key: string | null, options: ClientOptions) => OpenAI;
  /** The header of a key that overrides the client's. */
  readonly keyHeader?: (key: string) => readonly [name: string, value: string];
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  content_filter: "content_filter",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
};

const REQUEST_ID = "x-request-id";

export const bearer = (key: string): readonly [string, string] => ["authorization", `Bearer ${key}`];

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
      const { data, response } = await sdk.chat.completions.create(dialect.bodyOf(call), { signal, headers }).withResponse();
      return answerOf(dialect, call, data, response.headers);
    } catch (thrown) {
      const failed = { provider: provider.id, secrets: [call.apiKey, key], signal };
      throw toProviderError(thrown, failed, (error) => readingOf(dialect, error), dialect.errors);
    }
  }
}

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

/** Some servers tell an error without the `error` around it, which alone the SDK reads. */
class ChatClient extends OpenAI {
  protected override makeStatusError(status: number, error: object, message: string | undefined, headers: Headers): APIError {
    const bare = typeof error === "object" && error !== null && !("error" in error);
    return super.makeStatusError(status, bare ? { error } : error, message, headers);
  }
}

function answerOf(dialect: ChatDialect, call: ProviderCall, completion: ChatCompletion, headers: AnswerHeaders): ProviderAnswer {
  const provider = call.deployment.provider.id;
  const usage = completion?.usage ? dialect.usageOf(completion) : null;
  const providerRequestId = headers.get(dialect.requestIdHeader ?? REQUEST_ID) ?? (completion ? dialect.requestIdOf?.(completion) : null) ?? null;
  const failure = completion ? dialect.failureIn?.(completion) : null;
  if (failure) throw answeredError(failure, failure.status ?? 500, provider, new Error(failure.message), dialect.errors ?? {});
  const choice = completion?.choices?.[0];
  if (!choice?.message) {
    throw new ProviderError("malformed_output", `\`${provider}\` answered without a choice`, { usage, providerRequestId });
  }
  const ending = String(choice.finish_reason);
  const failed = dialect.failedEndings?.[ending];
  if (failed !== undefined) {
    const billed = usage === null ? "unknown" : "yes";
    throw new ProviderError(failed, `\`${provider}\` broke its answer off (${ending})`, { usage, providerRequestId, billed });
  }
  const { content, refusal } = choice.message;
  const finishReason = FINISH_REASONS[ending] ?? dialect.finishReasons?.[ending] ?? "other";
  const declined = typeof refusal === "string" && refusal !== "";
  const text = declined ? refusal : typeof content === "string" ? content : "";
  return {
    text: text + (dialect.appendixOf?.(completion, call) ?? ""),
    finishReason: declined ? "content_filter" : finishReason,
    refused: declined || finishReason === "content_filter",
    usage,
    providerRequestId,
    model: completion.model,
    region: dialect.regionOf?.(headers) ?? null,
    rateLimit: dialect.rateLimit ? rateLimitOf(headers, dialect.rateLimit) : null,
  };
}

/** The body's id, for providers that put none into headers. */
export const bodyRequestId = ({ id }: ChatCompletion): string | null => (typeof id === "string" && id !== "" ? id : null);

/** What every dialect's body begins with. */
export function messagesOf({ deployment, messages, temperature }: ProviderCall): ChatBody {
  return {
    model: deployment.providerModel,
    messages: messages as ChatCompletionCreateParamsNonStreaming["messages"],
    ...(temperature === null ? {} : { temperature }),
  };
}

/** OpenAI's own way to count, cached and reasoning tokens as parts. Called when there is a usage. */
export function usageOf({ usage }: ChatCompletion): Usage | null {
  if (!usage) return null;
  return {
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWriteTokens: 0,
    outputTokens: usage.completion_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}
