import type { Deployment } from "@leverframe/catalog";
import type { ProviderAdapter } from "@leverframe/execution";
import { AppError } from "@leverframe/kernel";
import { AnthropicAdapter } from "./anthropic";
import { OpenAiAdapter } from "./openai";
import type { KeyEnvironment } from "./provider-keys";
import { createTransport, type TransportOptions } from "./transport";

export interface Adapters {
  /** The adapter for the wire API of a deployment's provider. Throws AppError `bad_config` for an API that none speaks. */
  readonly adapterOf: (deployment: Deployment) => ProviderAdapter;
  /** Closes connections once the calls under way have ended. */
  close(): Promise<void>;
}

export interface AdaptersOptions {
  /** Where the keys named by the catalog's providers stand: normally the process's environment. */
  readonly environment: KeyEnvironment;
  readonly transport?: TransportOptions;
}

/** Every wire API that is spoken, over one transport. For a service's wiring alone, which hands it to the governed call. */
export function createAdapters({ environment, transport: transportOptions }: AdaptersOptions): Adapters {
  const transport = createTransport(transportOptions);
  const byApi: Readonly<Record<string, ProviderAdapter>> = {
    openai: new OpenAiAdapter(environment, transport),
    anthropic: new AnthropicAdapter(environment, transport),
  };
  return {
    adapterOf: ({ provider }) => {
      const adapter = Object.hasOwn(byApi, provider.api) ? byApi[provider.api] : undefined;
      if (adapter) return adapter;
      const expected = Object.keys(byApi).join(" or ");
      throw new AppError("bad_config", `provider \`${provider.id}\` has api \`${provider.api}\`; expected ${expected}`);
    },
    close: () => transport.close(),
  };
}
