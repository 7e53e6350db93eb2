import type { Deployment, ProviderApiName } from "@leverframe/catalog";
import type { ProviderAdapter } from "@leverframe/execution";
import { AppError } from "@leverframe/kernel";
import { AnthropicAdapter } from "./anthropic";
import { AZURE_OPENAI } from "./azure-openai";
import { ChatCompletionsAdapter } from "./chat-completions";
import type { ChatDialect } from "./chat-dialect";
import { DEEPSEEK } from "./deepseek";
import { HUGGINGFACE } from "./huggingface";
import { KeyChoice } from "./key-choice";
import { createKeySource } from "./key-sources";
import { KeyedAdapter } from "./keyed-adapter";
import { LazyAdapter } from "./lazy-adapter";
import { MISTRAL } from "./mistral";
import { OPENAI } from "./openai";
import { OPENROUTER } from "./openrouter";
import { PERPLEXITY } from "./perplexity";
import type { KeyEnvironment } from "./provider-keys";
import { createTransport, type Transport, type TransportOptions } from "./transport";

export interface Adapters {
  /** The adapter for the wire API of a deployment's provider. Throws AppError `bad_config` for an API that none speaks. */
  readonly adapterOf: (deployment: Deployment) => ProviderAdapter;
  /** Closes connections once the calls under way have ended. */
  close(): Promise<void>;
}

export interface AdaptersOptions {
  /** Where the keys named by the catalog's providers stand: normally the process's environment. */
  readonly environment: KeyEnvironment;
  /** Chooses the key of each call; absent: whatever stands in the environment or in files. */
  readonly keys?: KeyChoice;
  readonly transport?: TransportOptions;
}

/** Every wire API that is spoken, over one transport. For a service's wiring alone, which hands it to the governed call. */
export function createAdapters({ environment, transport: transportOptions, keys = keysFrom(environment) }: AdaptersOptions): Adapters {
  const transport = createTransport(transportOptions);
  const bare = Object.entries(adaptersByApi(environment, transport));
  const byApi: Readonly<Record<string, ProviderAdapter>> = Object.fromEntries(bare.map(([api, adapter]) => [api, new KeyedAdapter(adapter, keys)]));
  return {
    adapterOf: ({ provider }) => {
      const adapter = Object.hasOwn(byApi, provider.api) ? byApi[provider.api] : undefined;
      if (adapter) return adapter;
      const expected = Object.keys(byApi).join(" or ");
      throw new AppError("bad_config", `provider \`${provider.id}\` has api \`${provider.api}\`; expected ${expected}`);
    },
    close: async () => {
      await transport.close();
      await keys.close();
    },
  };
}

const keysFrom = (environment: KeyEnvironment): KeyChoice =>
  new KeyChoice({ source: createKeySource(environment, null), clock: { nowMicros: () => Date.now() * 1_000 } });

function adaptersByApi(environment: KeyEnvironment, transport: Transport): Record<ProviderApiName, ProviderAdapter> {
  const chat = (dialect: ChatDialect) => new ChatCompletionsAdapter(dialect, environment, transport);
  return {
    openai: chat(OPENAI),
    anthropic: new AnthropicAdapter(environment, transport),
    "azure-openai": chat(AZURE_OPENAI),
    bedrock: new LazyAdapter(async () => new (await import("./bedrock")).BedrockAdapter(environment, transport)),
    gemini: new LazyAdapter(() => google("gemini")),
    vertex: new LazyAdapter(() => google("vertex")),
    mistral: chat(MISTRAL),
    cohere: new LazyAdapter(async () => new (await import("./cohere")).CohereAdapter(environment, transport)),
    deepseek: chat(DEEPSEEK),
    huggingface: chat(HUGGINGFACE),
    openrouter: chat(OPENROUTER),
    perplexity: chat(PERPLEXITY),
  };

  async function google(api: "gemini" | "vertex"): Promise<ProviderAdapter> {
    const { GoogleAdapter } = await import("./google-generate");
    const service = api === "gemini" ? (await import("./gemini")).GEMINI : (await import("./vertex")).VERTEX;
    return new GoogleAdapter(service, environment, transport);
  }
}
