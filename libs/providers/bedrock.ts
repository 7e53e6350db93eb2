import { BedrockRuntimeClient, ConverseCommand, type ConverseCommandInput, type ConverseCommandOutput } from "@aws-sdk/client-bedrock-runtime";
import type { Provider } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAdapter, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import { AppError } from "@leverframe/kernel";
import { type BedrockCredentials, readBedrockCredentials, secretsOf } from "./bedrock-credentials";
import { bedrockTransport } from "./bedrock-transport";
import { callHeaders } from "./call-headers";
import { type ErrorReading, type ErrorRules, toProviderError } from "./error-mapping";
import { schemaOf } from "./output-schema";
import { ProviderClients } from "./provider-clients";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { takeImages, takeNoTools } from "./takes";
import type { Transport } from "./transport";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  content_filtered: "content_filter",
  guardrail_intervened: "content_filter",
};

const ERRORS: ErrorRules = {
  identifiers: {
    ThrottlingException: "rate_limited",
    ServiceQuotaExceededException: "quota",
    AccessDeniedException: "auth",
    ModelTimeoutException: "timeout",
    // It is being loaded; the SDK would repeat the call itself.
    ModelNotReadyException: "overloaded",
    ModelErrorException: "unavailable",
    ServiceUnavailableException: "overloaded",
    InternalServerException: "unavailable",
  },
  statuses: { 424: "unavailable" },
};

/** Without a shared configuration file's or instance's say: everything stands in the catalog. */
const NO_ACCOUNT: BedrockCredentials = { kind: "api-key", token: "none" };

interface Client {
  readonly sdk: BedrockRuntimeClient;
  readonly credentials: BedrockCredentials;
}

/** Amazon Bedrock's Converse. The provider's `settings.region` is the AWS region; `baseUrl` may be a private endpoint. */
export class BedrockAdapter implements ProviderAdapter {
  private readonly clients: ProviderClients<Client>;

  constructor(
    environment: KeyEnvironment,
    private readonly transport: Transport,
  ) {
    this.clients = new ProviderClients((provider) => this.open(provider, keyOf(provider, environment)));
  }

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    takeNoTools(call);
    takeImages(call, () => false);
    const { provider } = call.deployment;
    const { sdk, credentials } = call.apiKey ? this.open(provider, call.apiKey) : this.clients.of(provider);
    try {
      return answerOf(await sdk.send(commandOf(call), { abortSignal: signal }), call);
    } catch (thrown) {
      throw toProviderError(thrown, { provider: provider.id, secrets: secretsOf(credentials), signal }, readAwsError, ERRORS);
    }
  }

  private open(provider: Provider, key: string | null): Client {
    const credentials = key === null ? NO_ACCOUNT : readBedrockCredentials(key);
    const sdk = new BedrockRuntimeClient({
      region: regionOf(provider),
      ...(provider.baseUrl === null ? {} : { endpoint: provider.baseUrl }),
      ...(credentials.kind === "api-key" ? { token: { token: credentials.token }, authSchemePreference: ["httpBearerAuth"] } : { credentials }),
      maxAttempts: 1,
      requestHandler: bedrockTransport(this.transport),
    });
    return { sdk, credentials };
  }
}

function regionOf({ id, settings }: Provider): string {
  const region = settings?.["region"];
  if (region === undefined) throw new AppError("bad_config", `provider \`${id}\` of api \`bedrock\` has no \`settings.region\`; expected an AWS region`);
  return region;
}

function commandOf(call: ProviderCall): ConverseCommand {
  const command = new ConverseCommand(inputOf(call));
  const headers = callHeaders(call);
  const withHeaders = (next: (args: never) => Promise<never>) => (args: { request: { headers: Record<string, string> } }) => {
    Object.assign(args.request.headers, headers);
    return next(args as never);
  };
  command.middlewareStack.add(withHeaders as never, { step: "build", name: "callHeaders" });
  return command;
}

/** The system prompt stands beside the conversation: all system messages, in their order. */
function inputOf({ deployment, messages, maxOutputTokens, temperature, outputSchema }: ProviderCall): ConverseCommandInput {
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => ({ text: content }));
  const turns = messages.filter(({ role }) => role !== "system");
  return {
    modelId: deployment.providerModel,
    messages: turns.map(({ role, content }) => ({ role: role as "user" | "assistant", content: [{ text: content }] })),
    ...(system.length === 0 ? {} : { system }),
    inferenceConfig: { maxTokens: maxOutputTokens, ...(temperature === null ? {} : { temperature: Math.min(temperature, 1) }) },
    ...(outputSchema === null ? {} : { outputConfig: outputConfigOf(outputSchema) }),
  };
}

/** The schema travels as text; it is read once all the same, so that one that is none is our mistake, not the model's. */
function outputConfigOf(outputSchema: string): ConverseCommandInput["outputConfig"] {
  schemaOf(outputSchema);
  return { textFormat: { type: "json_schema", structure: { jsonSchema: { schema: outputSchema, name: "answer" } } } };
}

function answerOf(output: ConverseCommandOutput, call: ProviderCall): ProviderAnswer {
  const { provider, providerModel } = call.deployment;
  const usage = usageOf(output);
  const providerRequestId = output.$metadata.requestId ?? null;
  const content = output.output?.message?.content;
  const ending = String(output.stopReason);
  const finishReason = FINISH_REASONS[ending] ?? "other";
  const refused = finishReason === "content_filter";
  const told = { usage, providerRequestId, billed: usage === null ? "unknown" : "yes" } as const;
  if (ending.startsWith("malformed_")) throw new ProviderError("malformed_output", `\`${provider.id}\` broke its answer off (${ending})`, told);
  if (!Array.isArray(content) && !refused) throw new ProviderError("malformed_output", `\`${provider.id}\` answered without content`, told);
  return {
    text: (content ?? []).map((block) => block.text ?? "").join(""),
    finishReason,
    refused,
    usage,
    providerRequestId,
    model: providerModel,
    region: regionOf(provider),
    rateLimit: null,
  };
}

/** Cached tokens are counted beside the input's; ours are part of it. */
function usageOf({ usage }: ConverseCommandOutput): Usage | null {
  if (!usage) return null;
  const cached = usage.cacheReadInputTokens ?? 0;
  const written = usage.cacheWriteInputTokens ?? 0;
  return {
    inputTokens: (usage.inputTokens ?? 0) + cached + written,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    outputTokens: usage.outputTokens ?? 0,
    reasoningTokens: 0,
  };
}

interface AwsError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
  readonly cause?: unknown;
}

function readAwsError(thrown: unknown): ErrorReading {
  const error = (thrown ?? {}) as AwsError;
  const headers = error.$response?.headers ?? null;
  return {
    status: error.$metadata?.httpStatusCode ?? error.$response?.statusCode ?? null,
    headers: headers && { get: (name) => headers[name] ?? null },
    requestId: error.$metadata?.requestId ?? headers?.["x-amzn-requestid"] ?? null,
    identifiers: typeof error.name === "string" && error.name.endsWith("Exception") ? [error.name] : [],
    message: String(error.message),
    cause: error.cause,
  };
}
