import type { DataTerms } from "./data-terms";
import type { ImageTokens } from "./image-tokens";
import type { Price, PriceCard } from "./price";
import type { Rollout } from "./rollout";
import type { DeploymentLimits, Distribution, KeyRef } from "./operations";

/** Who serves models, and over which wire API. */
export interface Provider {
  readonly id: string;
  /** The adapter's name, one of `PROVIDER_APIS`. */
  readonly api: string;
  /** Null: the API's own address. */
  readonly baseUrl: string | null;
  /** Name of the environment variable that holds the key; null when the server needs none. */
  readonly apiKeyEnv: string | null;
  /** Several keys, used in turn, instead of the one of `apiKeyEnv`. */
  readonly apiKeys?: readonly KeyRef[];
  /** What else its API needs to know (a cloud's region, a project), by `PROVIDER_APIS`; absent when nothing is set. */
  readonly settings?: Readonly<Record<string, string>>;
}

export type Tier = "economy" | "standard" | "premium";
export type Licence = "oss" | "commercial";

/** Tokenizers that count exactly. */
export const TOKENIZERS = ["o200k_base", "cl100k_base"] as const;
export type TokenizerName = (typeof TOKENIZERS)[number];

export interface Model {
  readonly id: string;
  readonly tier: Tier;
  readonly licence: Licence;
  readonly contextTokensMax: number;
  readonly outputTokensMax: number;
  /** What it can do, sorted: `json`, `streaming`, `tools`, `vision`. */
  readonly capabilities: readonly string[];
  /** It may think before it answers: its provider bills tokens that no stream shows. Absent: it does not. */
  readonly reasoning?: true;
  /** How its texts are cut into tokens, where a maintained tokenizer exists; absent: a token for each byte is the bound. */
  readonly tokenizer?: TokenizerName;
  /** What pictures make; absent: of a model that sees, the most that any model makes. */
  readonly imageTokens?: ImageTokens;
  /** Expected quality 0..1 by task type; `default` is always there. */
  readonly quality: Readonly<Record<string, number>>;
  /** Absent: the cheapest of its deployments, in any region. */
  readonly distribution?: Distribution;
}

/** A model at a provider and region: what can be called. Its id is what policies permit and decisions name. */
export interface Deployment {
  readonly id: string;
  readonly provider: Provider;
  /** With what this deployment limits it to. */
  readonly model: Model;
  /** The model's name in the provider's API. */
  readonly providerModel: string;
  /** The version that `providerModel` names; absent: the provider may put another version under the name. */
  readonly pin?: string;
  readonly region: string;
  readonly tags: readonly string[];
  /** What a call costs; where the price changes with time, a bound of every card. `priceAt` tells the price of a moment. */
  readonly price: Price;
  /** Ascending and without a gap; absent: `price` holds always. */
  readonly priceCards?: readonly PriceCard[];
  /** Absent: nobody wrote them down, so the worst is taken for true. */
  readonly dataTerms?: DataTerms;
  readonly rollout?: Rollout;
  /** Expected time to a complete answer. */
  readonly latencyMs: number;
  /** Absent: none is known. */
  readonly limits?: DeploymentLimits;
  /** Its part of the calls where they are shared out by weight; absent: 1. */
  readonly weight?: number;
}

/** Every deployment, in catalog order, under one version (sha256 of canonical JSON). */
export interface Catalog {
  readonly version: string;
  readonly deployments: readonly Deployment[];
  readonly byId: ReadonlyMap<string, Deployment>;
}

/** Quality that the model is expected to reach at this task type, 0..1. */
export function qualityOf(model: Model, taskType: string): number {
  return model.quality[taskType] ?? model.quality["default"] ?? 0;
}
