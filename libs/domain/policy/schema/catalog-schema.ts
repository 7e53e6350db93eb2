import { DISTRIBUTIONS, PROVIDER_APIS, TOKENIZERS } from "@leverframe/catalog";
import { type DATA_TERM_FIELDS, type DEPLOYMENT_FIELDS, type GUARDRAIL_FIELDS, type ROLLOUT_FIELDS } from "../catalog-deployments";
import { APIS, ENV_NAME, type PROVIDER_FIELDS, SETTING, URL_FORM } from "../catalog-file";
import { CAPABILITIES, type IMAGE_TOKEN_FIELDS, LICENCES, type MODEL_FIELDS, TIERS } from "../catalog-models";
import { type DISTRIBUTION_FIELDS, KEY_ENV, type KEY_FIELDS, KEY_FILE, KEY_VAULT, type LIMIT_FIELDS, WEIGHT_MAX } from "../catalog-operations";
import { MOMENT_OF_PRICE, type PRICE_CARD_FIELDS, type PRICE_FIELDS, type PRICE_TIER_FIELDS } from "../catalog-prices";
import { ID } from "../source/names";
import { about, flag, integer, items, mapOf, matching, oneOf, oneOrMore, record, type Schema, share, text, usd } from "./json-schema";

type Fields<F extends readonly string[]> = Record<F[number], Schema>;

/** The JSON Schema of `catalog.yaml`. What depends on other parts of the file is the parser's to say. */
export function catalogSchema(): Schema {
  const lists = {
    providers: items(provider()),
    models: items(model()),
    deployments: about("In the order in which equals are chosen.", items(deployment())),
  };
  return record(lists, ["providers", "models", "deployments"]);
}

function provider(): Schema {
  const fields: Fields<typeof PROVIDER_FIELDS> = {
    id: matching(ID),
    api: oneOf(APIS),
    baseUrl: matching(URL_FORM),
    apiKeyEnv: matching(ENV_NAME),
    apiKeys: about("Several keys, used in turn: where each stands.", oneOrMore(providerKey())),
    settings: about("What the API needs to know besides.", providerSettings()),
  };
  return record(fields, ["id", "api"]);
}

function providerSettings(): Schema {
  const names = Object.values(PROVIDER_APIS).flatMap(({ settings }) => Object.keys(settings));
  return record(Object.fromEntries(names.map((name) => [name, matching(SETTING)])));
}

function providerKey(): Schema {
  const place: Fields<typeof KEY_FIELDS> = { env: matching(KEY_ENV), file: matching(KEY_FILE), vault: matching(KEY_VAULT) };
  return record(place, [], { minProperties: 1, maxProperties: 1 });
}

function model(): Schema {
  const fields: Fields<typeof MODEL_FIELDS> = {
    id: matching(ID),
    tier: oneOf(TIERS),
    licence: oneOf(LICENCES),
    contextTokensMax: integer(1),
    outputTokensMax: integer(1),
    capabilities: items(oneOf(CAPABILITIES)),
    reasoning: about("It may think before it answers, at tokens that no stream shows: a stream that breaks off is charged for them.", flag),
    tokenizer: about("Counts its tokens exactly where the bound by bytes does not do.", oneOf(TOKENIZERS)),
    imageTokens: about("What a picture makes: `baseTokens`, and `tileTokens` for each square of `tilePixels`, or one for every `pixelsPerToken`; never more than `tokensMax`.", imageTokens()),
    quality: about("Expected quality by task type.", { ...mapOf(share), required: ["default"] }),
    distribution: distribution(),
  };
  return record(fields, ["id", "tier", "licence", "contextTokensMax", "outputTokensMax", "quality"]);
}

function imageTokens(): Schema {
  const amount: Schema = { type: "number", minimum: 0 };
  const fields: Fields<typeof IMAGE_TOKEN_FIELDS> = { tokensMax: integer(1), baseTokens: amount, tilePixels: amount, tileTokens: amount, pixelsPerToken: amount };
  return record(fields, ["tokensMax"]);
}

function distribution(): Schema {
  const fields: Fields<typeof DISTRIBUTION_FIELDS> = { strategy: oneOf(DISTRIBUTIONS), regions: about("Preferred ones, best first.", items(text)) };
  return about("How calls are shared out among the model's deployments.", record(fields));
}

function deployment(): Schema {
  const fields: Fields<typeof DEPLOYMENT_FIELDS> = {
    id: matching(ID),
    provider: text,
    model: text,
    providerModel: text,
    pin: about("The version; a part of `providerModel`.", text),
    region: text,
    tags: items(text),
    price: about("Dollars per million tokens; `requestUsd` for each call, `imageUsd` for each picture.", record(price(), [], PRICED)),
    prices: about("Prices that change, each `from` a moment on; no gap, no overlap.", { ...items(priceCard()), minItems: 1 }),
    latencyMs: integer(1),
    contextTokensMax: about("Where the deployment takes less than the model.", integer(1)),
    outputTokensMax: about("Where the deployment gives less than the model.", integer(1)),
    capabilities: about("Where the deployment can less than the model.", items(oneOf(CAPABILITIES))),
    dataTerms: about("What the contract says about the data; not written down, the worst is taken for true.", dataTerms()),
    rollout: about("A new version that takes over a share of the requests.", rollout()),
    limits: limits(),
    weight: about("Its part of the calls where they are shared out by weight.", integer(0, WEIGHT_MAX)),
  };
  return record(fields, ["id", "provider", "model", "region", "latencyMs"], { oneOf: [{ required: ["price"] }, { required: ["prices"] }] });
}

const rates = { inputUsd: usd, cachedInputUsd: usd, cacheWriteUsd: usd, outputUsd: usd, reasoningUsd: usd };

/** A price of nothing has to be meant. */
const PRICED = { anyOf: [{ required: ["inputUsd", "outputUsd"] }, { properties: { free: { const: true } }, required: ["free"] }] };

function price(): Fields<typeof PRICE_FIELDS> {
  const tier: Fields<typeof PRICE_TIER_FIELDS> = { fromInputTokens: integer(1), ...rates };
  return {
    free: flag,
    ...rates,
    requestUsd: usd,
    imageUsd: usd,
    tiers: about("Other rates for the whole call from so many input tokens on, ascending.", items(record(tier, ["fromInputTokens", "inputUsd", "outputUsd"]))),
  };
}

function priceCard(): Schema {
  const moment = matching(MOMENT_OF_PRICE);
  const card: Fields<typeof PRICE_CARD_FIELDS> = { from: moment, until: moment, ...price() };
  return record(card, [], PRICED);
}

function dataTerms(): Schema {
  const fields: Fields<typeof DATA_TERM_FIELDS> = { trainsOnData: flag, retentionDays: integer(0), dpa: flag, subprocessors: items(text) };
  return record(fields, ["trainsOnData", "retentionDays", "dpa"]);
}

function rollout(): Schema {
  const guardrails: Fields<typeof GUARDRAIL_FIELDS> = { successRateMin: share, latencyMsMax: integer(1) };
  const fields: Fields<typeof ROLLOUT_FIELDS> = { to: text, percent: { type: "number", minimum: 0, maximum: 100 }, guardrails: record(guardrails) };
  return record(fields, ["to", "percent"]);
}

function limits(): Schema {
  const fields: Fields<typeof LIMIT_FIELDS> = { requestsPerMinute: integer(1), tokensPerMinute: integer(1) };
  return about("What the provider lets all instances together use.", record(fields));
}
