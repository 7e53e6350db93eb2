import { type Catalog, type Deployment, type Model, type Price, PROVIDER_API_NAMES, PROVIDER_APIS, type Provider, type ProviderApi } from "@leverframe/catalog";
import { canonicalJson, type Digest, type Json } from "@leverframe/kernel";
import { readDistribution, readKeys, readLimits, WEIGHT_MAX } from "./catalog-operations";
import { ID, ID_EXPECTED, LABEL, LABEL_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

export const PROVIDER_FIELDS = ["id", "api", "baseUrl", "apiKeyEnv", "apiKeys", "settings"] as const;
export const MODEL_FIELDS = ["id", "tier", "licence", "contextTokensMax", "outputTokensMax", "capabilities", "quality", "distribution"] as const;
export const DEPLOYMENT_FIELDS = ["id", "provider", "model", "providerModel", "region", "tags", "price", "latencyMs", "limits", "weight"] as const;
export const PRICE_FIELDS = ["inputUsd", "cachedInputUsd", "outputUsd", "requestUsd"] as const;

export const APIS = PROVIDER_API_NAMES;
export const TIERS = ["economy", "standard", "premium"] as const;
export const LICENCES = ["oss", "commercial"] as const;
export const CAPABILITIES = ["json", "tools", "vision"] as const;
export const URL_FORM = /^https?:\/\/[^\s]+$/;
export const ENV_NAME = /^[A-Z][A-Z0-9_]{0,127}$/;
/** Settings become parts of addresses. */
export const SETTING = /^[A-Za-z0-9][\w.:, -]{0,199}$/;
const SETTING_EXPECTED = "letters, digits and .:,_-";
const DEPLOYMENTS_MAX = 1_000;

/**
 * Reads `catalog.yaml`. Prices are dollars per million tokens (`requestUsd`: per call) and become nano-dollars. The version
 * covers the order of deployments too: it breaks ties. `taskTypes`: the values of that attribute, null when open.
 */
export function readCatalog(place: Place | null, taskTypes: readonly string[] | null, digest: Digest): Catalog {
  const fields = place?.fields("catalog.yaml", ["providers", "models", "deployments"]);
  const providers = readById(fields ?? null, "providers", PROVIDER_FIELDS, readProvider);
  const models = readById(fields ?? null, "models", MODEL_FIELDS, (id, model) => readModel(id, model, taskTypes));
  const byId = readById(fields ?? null, "deployments", DEPLOYMENT_FIELDS, (id, deployment) =>
    readDeployment(id, deployment, providers, models),
  );
  const list = fields?.get("deployments");
  if (list?.isList && byId.size === 0) list.fail("no deployment is declared; expected at least one");
  if (byId.size > DEPLOYMENTS_MAX) list?.fail(`${byId.size} deployments; expected at most ${DEPLOYMENTS_MAX}`);
  const version = digest(canonicalJson((place?.plain() ?? null) as Json));
  return { version, deployments: [...byId.values()], byId };
}

function readById<T>(file: Fields | null, list: string, known: readonly string[], read: (id: string, fields: Fields) => T): Map<string, T> {
  const result = new Map<string, T>();
  const what = list.slice(0, -1);
  for (const item of file?.need(list, "the catalog")?.items(`\`${list}\``) ?? []) {
    const fields = item.fields(`a ${what}`, known);
    const id = fields?.need("id", `the ${what}`)?.text(`${what} id`, ID, ID_EXPECTED);
    if (!fields || !id) continue;
    if (result.has(id)) fields.get("id")?.fail(`${what} id \`${id}\` stands twice; expected each id once`);
    result.set(id, read(id, fields));
  }
  return result;
}

function readProvider(id: string, fields: Fields): Provider {
  const api = fields.need("api", "the provider")?.oneOf("api", APIS) ?? "openai";
  const { needsBaseUrl, settings: known }: ProviderApi = PROVIDER_APIS[api];
  if (needsBaseUrl) fields.need("baseUrl", `a provider of api \`${api}\``);
  const settings = readSettings(fields, api, known);
  const apiKeys = readKeys(fields);
  return {
    id,
    api,
    baseUrl: fields.get("baseUrl")?.text("baseUrl", URL_FORM, "an http or https address") ?? null,
    apiKeyEnv: fields.get("apiKeyEnv")?.text("apiKeyEnv", ENV_NAME, "the name of an environment variable") ?? null,
    ...(apiKeys.length === 0 ? {} : { apiKeys }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

function readSettings(fields: Fields, api: string, known: ProviderApi["settings"]): Record<string, string> {
  const names = Object.keys(known);
  const needed = names.some((name) => known[name] === "required");
  const place = needed ? fields.need("settings", `a provider of api \`${api}\``) : fields.get("settings");
  if (place && names.length === 0) place.fail(`a provider of api \`${api}\` has no settings; expected none`);
  const settings = names.length === 0 ? null : place?.fields(`the settings of api \`${api}\``, names);
  const read = names.flatMap((name): [string, string][] => {
    const setting = known[name] === "required" ? settings?.need(name, "`settings`") : settings?.get(name);
    const text = setting?.text(name, SETTING, SETTING_EXPECTED);
    return text ? [[name, text]] : [];
  });
  return Object.fromEntries(read);
}

function readModel(id: string, fields: Fields, taskTypes: readonly string[] | null): Model {
  const what = "the model";
  const contextTokensMax = fields.need("contextTokensMax", what)?.integer("contextTokensMax", 1) ?? 1;
  const capabilities = fields.get("capabilities")?.items("`capabilities`") ?? [];
  const distribution = readDistribution(fields);
  return {
    id,
    tier: fields.need("tier", what)?.oneOf("tier", TIERS) ?? "economy",
    licence: fields.need("licence", what)?.oneOf("licence", LICENCES) ?? "commercial",
    contextTokensMax,
    outputTokensMax: fields.need("outputTokensMax", what)?.integer("outputTokensMax", 1, contextTokensMax) ?? 1,
    capabilities: capabilities.flatMap((item) => item.oneOf("capability", CAPABILITIES) ?? []).sort(),
    quality: readQuality(fields, taskTypes),
    ...(distribution === null ? {} : { distribution }),
  };
}

function readQuality(fields: Fields, taskTypes: readonly string[] | null): Record<string, number> {
  const place = fields.need("quality", "the model");
  const byTask = place?.fields("`quality`", taskTypes && ["default", ...taskTypes]);
  byTask?.need("default", "`quality`");
  const names = byTask?.names() ?? [];
  return Object.fromEntries(names.map((name) => [name, byTask?.get(name)?.number(`quality of \`${name}\``, 0, 1) ?? 0]));
}

const NOWHERE: Provider = { id: "", api: "openai", baseUrl: null, apiKeyEnv: null };
const NOTHING: Model = { id: "", tier: "economy", licence: "commercial", contextTokensMax: 1, outputTokensMax: 1, capabilities: [], quality: {} };

function readDeployment(id: string, fields: Fields, providers: Map<string, Provider>, models: Map<string, Model>): Deployment {
  const what = "the deployment";
  const provider = fields.need("provider", what)?.oneOf("provider", [...providers.keys()]) ?? "";
  const model = fields.need("model", what)?.oneOf("model", [...models.keys()]) ?? "";
  const tags = fields.get("tags")?.items("`tags`") ?? [];
  const limits = readLimits(fields);
  const weight = fields.get("weight")?.integer("weight", 0, WEIGHT_MAX) ?? null;
  return {
    id,
    provider: providers.get(provider) ?? NOWHERE,
    model: models.get(model) ?? NOTHING,
    providerModel: fields.get("providerModel")?.text("providerModel") ?? model,
    region: fields.need("region", what)?.text("region", LABEL, LABEL_EXPECTED) ?? "",
    tags: tags.flatMap((item) => item.text("tag", LABEL, LABEL_EXPECTED) ?? []).sort(),
    price: readPrice(fields),
    latencyMs: fields.need("latencyMs", what)?.integer("latencyMs", 1) ?? 1,
    ...(limits === null ? {} : { limits }),
    ...(weight === null ? {} : { weight }),
  };
}

function readPrice(fields: Fields): Price {
  const price = fields.need("price", "the deployment")?.fields("`price`", PRICE_FIELDS);
  const requestNanoUsd = price?.get("requestUsd")?.usd("requestUsd");
  const inputNanoUsd = price?.need("inputUsd", "`price`")?.usd("inputUsd") ?? 0n;
  return {
    inputNanoUsd,
    cachedInputNanoUsd: price?.get("cachedInputUsd")?.usd("cachedInputUsd") ?? inputNanoUsd,
    outputNanoUsd: price?.need("outputUsd", "`price`")?.usd("outputUsd") ?? 0n,
    ...(requestNanoUsd === undefined || requestNanoUsd === null ? {} : { requestNanoUsd }),
  };
}
