import type { DataTerms, Deployment, Model, Provider, Rollout } from "@leverframe/catalog";
import { readCapabilities } from "./catalog-models";
import { readLimits, WEIGHT_MAX } from "./catalog-operations";
import { readPrices } from "./catalog-prices";
import { LABEL, LABEL_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

export const DEPLOYMENT_FIELDS = [
  "id", "provider", "model", "providerModel", "pin", "region", "tags", "price", "prices", "latencyMs", "contextTokensMax", "outputTokensMax", "capabilities",
  "dataTerms", "rollout", "limits", "weight",
] as const;
export const DATA_TERM_FIELDS = ["trainsOnData", "retentionDays", "dpa", "subprocessors"] as const;
export const ROLLOUT_FIELDS = ["to", "percent", "guardrails"] as const;
export const GUARDRAIL_FIELDS = ["successRateMin", "latencyMsMax"] as const;

const NOWHERE: Provider = { id: "", api: "openai", baseUrl: null, apiKeyEnv: null };
const NOTHING: Model = { id: "", tier: "economy", licence: "commercial", contextTokensMax: 1, outputTokensMax: 1, capabilities: [], quality: {} };

/** What deployments name, and where they name what is declared after them. */
export interface CatalogNames {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly models: ReadonlyMap<string, Model>;
  readonly rolloutTargets: Map<string, Place>;
}

export function readDeployment(id: string, fields: Fields, { providers, models, rolloutTargets }: CatalogNames): Deployment {
  const what = "the deployment";
  const provider = fields.need("provider", what)?.oneOf("provider", [...providers.keys()]) ?? "";
  const model = fields.need("model", what)?.oneOf("model", [...models.keys()]) ?? "";
  const tags = fields.get("tags")?.items("`tags`") ?? [];
  const providerModel = fields.get("providerModel")?.text("providerModel") ?? model;
  const pin = fields.get("pin")?.text("pin") ?? null;
  if (pin !== null && !providerModel.includes(pin)) {
    fields.get("pin")?.refuse("pin", `a part of the name that the provider is asked for, \`${providerModel}\`: what is sent there is what is pinned`);
  }
  const dataTerms = readDataTerms(fields);
  const rollout = readRollout(id, fields, rolloutTargets);
  const limits = readLimits(fields);
  const weight = fields.get("weight")?.integer("weight", 0, WEIGHT_MAX) ?? null;
  return {
    id,
    provider: providers.get(provider) ?? NOWHERE,
    model: limited(models.get(model) ?? NOTHING, fields),
    providerModel,
    ...(pin === null ? {} : { pin }),
    region: fields.need("region", what)?.text("region", LABEL, LABEL_EXPECTED) ?? "",
    tags: tags.flatMap((item) => item.text("tag", LABEL, LABEL_EXPECTED) ?? []).sort(),
    ...readPrices(fields),
    ...(dataTerms === null ? {} : { dataTerms }),
    ...(rollout === null ? {} : { rollout }),
    latencyMs: fields.need("latencyMs", what)?.integer("latencyMs", 1) ?? 1,
    ...(limits === null ? {} : { limits }),
    ...(weight === null ? {} : { weight }),
  };
}

/** The model as this deployment serves it: never more than the model can. */
function limited(model: Model, fields: Fields): Model {
  const contextTokensMax = fields.get("contextTokensMax")?.integer("contextTokensMax", 1, model.contextTokensMax) ?? null;
  const outputTokensMax = fields.get("outputTokensMax")?.integer("outputTokensMax", 1, Math.min(model.outputTokensMax, contextTokensMax ?? Infinity)) ?? null;
  const capabilities = readCapabilities(fields);
  const more = capabilities?.find((capability) => !model.capabilities.includes(capability));
  if (more !== undefined) fields.get("capabilities")?.fail(`the deployment has \`${more}\`, which model \`${model.id}\` has not; expected some of the model's capabilities`);
  if (contextTokensMax === null && outputTokensMax === null && capabilities === null) return model;
  return {
    ...model,
    contextTokensMax: contextTokensMax ?? model.contextTokensMax,
    outputTokensMax: outputTokensMax ?? Math.min(model.outputTokensMax, contextTokensMax ?? Infinity),
    capabilities: capabilities ?? model.capabilities,
  };
}

function readDataTerms(fields: Fields): DataTerms | null {
  const what = "`dataTerms`";
  const terms = fields.get("dataTerms")?.fields(what, DATA_TERM_FIELDS);
  if (!terms) return null;
  const subprocessors = terms.get("subprocessors")?.items("`subprocessors`") ?? [];
  return {
    trainsOnData: terms.need("trainsOnData", what)?.boolean("trainsOnData") ?? true,
    retentionDays: terms.need("retentionDays", what)?.integer("retentionDays", 0) ?? Number.MAX_SAFE_INTEGER,
    dpa: terms.need("dpa", what)?.boolean("dpa") ?? false,
    subprocessors: subprocessors.flatMap((item) => item.text("subprocessor") ?? []),
  };
}

function readRollout(id: string, fields: Fields, targets: Map<string, Place>): Rollout | null {
  const rollout = fields.get("rollout")?.fields("`rollout`", ROLLOUT_FIELDS);
  if (!rollout) return null;
  const to = rollout.need("to", "`rollout`");
  if (to) targets.set(id, to);
  const guardrails = rollout.get("guardrails")?.fields("`guardrails`", GUARDRAIL_FIELDS);
  return {
    to: to?.text("to") ?? "",
    percent: rollout.need("percent", "`rollout`")?.number("percent", 0, 100) ?? 0,
    guardrails: {
      successRateMin: guardrails?.get("successRateMin")?.number("successRateMin", 0, 1) ?? null,
      latencyMsMax: guardrails?.get("latencyMsMax")?.integer("latencyMsMax", 1) ?? null,
    },
  };
}

/**
 * A rollout leads to another deployment of the catalog, in one step, and no two lead to the same: else nobody could say
 * which version a request of the share takes. `places`: where each deployment's rollout names its target.
 */
export function checkRollouts(byId: ReadonlyMap<string, Deployment>, places: ReadonlyMap<string, Place>): void {
  const takenBy = new Map<string, string>();
  for (const { id, rollout } of byId.values()) {
    const place = places.get(id);
    if (!rollout || !place) continue;
    const target = byId.get(rollout.to);
    const other = takenBy.get(rollout.to);
    takenBy.set(rollout.to, id);
    if (!target) place.refuse("to", "a deployment of the catalog", [...byId.keys()]);
    else if (target.id === id) place.refuse("to", "another deployment: this one is what the rollout begins at");
    else if (target.rollout) place.refuse("to", `a deployment without a rollout: this one is rolled out to \`${target.rollout.to}\` itself`);
    else if (other !== undefined) place.refuse("to", `a deployment that \`${other}\` is not rolled out to`);
  }
}
