import type { NanoUsd } from "@leverframe/kernel";
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

export interface Model {
  readonly id: string;
  readonly tier: Tier;
  readonly licence: Licence;
  readonly contextTokensMax: number;
  readonly outputTokensMax: number;
  /** What it can do, sorted: `json`, `tools`, `vision`. */
  readonly capabilities: readonly string[];
  /** Expected quality 0..1 by task type; `default` is always there. */
  readonly quality: Readonly<Record<string, number>>;
  /** Absent: the cheapest of its deployments, in any region. */
  readonly distribution?: Distribution;
}

/** Nano-dollars per million tokens, and for each call. */
export interface Price {
  readonly inputNanoUsd: NanoUsd;
  readonly cachedInputNanoUsd: NanoUsd;
  readonly outputNanoUsd: NanoUsd;
  /** A fee for each call, whatever its tokens (a search, say); absent: none. */
  readonly requestNanoUsd?: NanoUsd;
}

/** A model at a provider and region: what can be called. Its id is what policies permit and decisions name. */
export interface Deployment {
  readonly id: string;
  readonly provider: Provider;
  readonly model: Model;
  /** The model's name in the provider's API. */
  readonly providerModel: string;
  readonly region: string;
  readonly tags: readonly string[];
  readonly price: Price;
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
