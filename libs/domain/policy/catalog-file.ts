import { type Catalog, PROVIDER_API_NAMES, PROVIDER_APIS, type Provider, type ProviderApi } from "@leverframe/catalog";
import { canonicalJson, type Digest, type Json } from "@leverframe/kernel";
import { checkRollouts, DEPLOYMENT_FIELDS, readDeployment } from "./catalog-deployments";
import { MODEL_FIELDS, readModel } from "./catalog-models";
import { readKeys } from "./catalog-operations";
import { ID, ID_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

export const PROVIDER_FIELDS = ["id", "api", "baseUrl", "apiKeyEnv", "apiKeys", "settings"] as const;

export const APIS = PROVIDER_API_NAMES;
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
  const rolloutTargets = new Map<string, Place>();
  const byId = readById(fields ?? null, "deployments", DEPLOYMENT_FIELDS, (id, deployment) =>
    readDeployment(id, deployment, { providers, models, rolloutTargets }),
  );
  const list = fields?.get("deployments");
  checkRollouts(byId, rolloutTargets);
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
