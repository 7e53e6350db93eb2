/** A wire API that the product speaks: what a catalog has to say about a provider that speaks it. */
export interface ProviderApi {
  /** Whether the provider needs a `baseUrl`, because every customer has an address of their own. */
  readonly needsBaseUrl: boolean;
  /** Names under `settings`, and whether each must be there. */
  readonly settings: Readonly<Record<string, "required" | "optional">>;
}

const plain: ProviderApi = { needsBaseUrl: false, settings: {} };

/** Every wire API, by the name that catalogs use. `openai` is also any OpenAI-compatible server (vLLM, Ollama, llama.cpp). */
export const PROVIDER_APIS = {
  openai: plain,
  anthropic: plain,
  "azure-openai": { needsBaseUrl: true, settings: { apiVersion: "optional" } },
  bedrock: { needsBaseUrl: false, settings: { region: "required" } },
  gemini: plain,
  vertex: { needsBaseUrl: false, settings: { project: "required", location: "required" } },
  mistral: plain,
  cohere: plain,
  deepseek: plain,
  huggingface: plain,
  openrouter: { needsBaseUrl: false, settings: { upstreams: "optional", dataCollection: "optional" } },
  perplexity: plain,
} as const satisfies Record<string, ProviderApi>;

export type ProviderApiName = keyof typeof PROVIDER_APIS;

export const PROVIDER_API_NAMES = Object.keys(PROVIDER_APIS) as readonly ProviderApiName[];
