import { type Catalog, PROVIDER_API_NAMES, PROVIDER_APIS, type ProviderApi, type ProviderApiName } from "@leverframe/catalog";
import { PROVIDER_SUPPORT } from "@leverframe/providers";

const API_KEY = "an API key";
/** What the variable that `apiKeyEnv` names holds. */
const KEYS: Readonly<Record<ProviderApiName, string>> = {
  openai: API_KEY,
  anthropic: API_KEY,
  "azure-openai": "a key of the resource",
  bedrock: "`<access key id>:<secret access key>[:<session token>]` or a Bedrock API key",
  gemini: API_KEY,
  vertex: "an OAuth access token",
  mistral: API_KEY,
  cohere: API_KEY,
  deepseek: API_KEY,
  huggingface: "an access token",
  openrouter: API_KEY,
  perplexity: API_KEY,
};

/** For each wire API that no provider of the catalog speaks: what a provider in it needs, to be checked too. */
export function absentApis({ deployments }: Catalog): readonly string[] {
  const present = new Set(deployments.map(({ provider }) => provider.api));
  const absent = PROVIDER_API_NAMES.filter((api) => !present.has(api));
  return absent.map((api) => `${PROVIDER_SUPPORT[api].name}: a provider with \`api: ${api}\`${fieldsOf(api)}, \`apiKeyEnv\` for ${KEYS[api]}, and a deployment`);
}

function fieldsOf(api: ProviderApiName): string {
  const { needsBaseUrl, settings }: ProviderApi = PROVIDER_APIS[api];
  const needed = Object.keys(settings).filter((name) => settings[name] === "required").map((name) => `settings.${name}`);
  return (needsBaseUrl ? ["baseUrl", ...needed] : needed).map((name) => `, \`${name}\``).join("");
}
