import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import type { Provider } from "@leverframe/catalog";
import { type DeltaSink, type ProviderAdapter, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import { AwsEventReader } from "./aws-event-stream";
import { converseAnswerOf, regionOf } from "./bedrock-answer";
import { converseInputOf } from "./bedrock-body";
import { type BedrockCredentials, readBedrockCredentials, secretsOf } from "./bedrock-credentials";
import { AWS_ERRORS, readAwsError } from "./bedrock-errors";
import { ConverseFold } from "./bedrock-stream";
import { bedrockTransport, type StreamWanted } from "./bedrock-transport";
import { callHeaders } from "./call-headers";
import { toProviderError } from "./error-mapping";
import { type KeyEnvironment, keyOf } from "./provider-keys";
import { readStream } from "./read-stream";
import type { Transport } from "./transport";

/** Without a shared configuration file's or instance's say: everything stands in the catalog. */
const NO_ACCOUNT: BedrockCredentials = { kind: "api-key", token: "none" };
/** Of a provider; more than are ever in use, and few enough to be forgotten. */
const KEYS_MAX = 16;

interface Client {
  readonly sdk: BedrockRuntimeClient;
  readonly credentials: BedrockCredentials;
}

/** Amazon Bedrock's Converse. The provider's `settings.region` is the AWS region; `baseUrl` may be a private endpoint. */
export class BedrockAdapter implements ProviderAdapter {
  /** The SDK's clients hold their key. */
  private readonly clients = new WeakMap<Provider, Map<string | null, Client>>();

  constructor(
    private readonly environment: KeyEnvironment,
    private readonly transport: Transport,
  ) {}

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    const { provider } = call.deployment;
    const { sdk, credentials } = this.clientOf(provider, call.apiKey || keyOf(provider, this.environment));
    try {
      if (call.onDelta) return await this.stream(sdk, call, call.onDelta, signal);
      const command = withHeaders(new ConverseCommand(converseInputOf(call)), call);
      return converseAnswerOf(await sdk.send(command, { abortSignal: signal }), call);
    } catch (thrown) {
      throw toProviderError(thrown, { provider: provider.id, secrets: secretsOf(credentials), signal }, readAwsError, AWS_ERRORS);
    }
  }

  /** The SDK signs and makes the request; the events, which it reads at many times the cost, are ours. */
  private async stream(sdk: BedrockRuntimeClient, call: ProviderCall, sink: DeltaSink, signal: AbortSignal): Promise<ProviderAnswer> {
    const command = withHeaders(new ConverseStreamCommand(converseInputOf(call)), call);
    const wanted: StreamWanted = { streamed: { body: null } };
    const { $metadata } = await sdk.send(command, { abortSignal: signal, ...wanted });
    const { body } = wanted.streamed;
    if (body === null) throw new ProviderError("malformed_output", `\`${call.deployment.provider.id}\` answered without a stream`);
    const fold = new ConverseFold(call, $metadata.requestId ?? null);
    await readStream(body, new AwsEventReader(), fold, sink);
    return converseAnswerOf(fold.whole($metadata), call);
  }

  private clientOf(provider: Provider, key: string | null): Client {
    let clients = this.clients.get(provider);
    if (clients === undefined) this.clients.set(provider, (clients = new Map()));
    let client = clients.get(key);
    if (client !== undefined) return client;
    if (clients.size >= KEYS_MAX) clients.clear();
    clients.set(key, (client = this.open(provider, key)));
    return client;
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

function withHeaders<Command extends ConverseCommand | ConverseStreamCommand>(command: Command, call: ProviderCall): Command {
  const headers = callHeaders(call);
  const added = (next: (args: never) => Promise<never>) => (args: { request: { headers: Record<string, string> } }) => {
    Object.assign(args.request.headers, headers);
    return next(args as never);
  };
  (command as ConverseCommand).middlewareStack.add(added as never, { step: "build", name: "callHeaders" });
  return command;
}
