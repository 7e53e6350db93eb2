/** Where one of a provider's keys stands; never the key itself. */
export type KeyRef =
  | { readonly env: string }
  /** Read again when the file changes. */
  | { readonly file: string }
  /** `<path>#<field>` of a Vault-compatible KV store, version 2. */
  | { readonly vault: string };

/** What the provider lets all our instances together use of one deployment; null: nothing is known to limit it. */
export interface DeploymentLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

/**
 * How calls are shared out among a model's deployments that are permitted alike. `cheapest`: the cheapest expected one,
 * then catalog order. `weighted`: by the deployments' weights. `least_loaded`: where the fewest calls wait.
 */
export const DISTRIBUTIONS = ["cheapest", "weighted", "least_loaded"] as const;
export type DistributionStrategy = (typeof DISTRIBUTIONS)[number];

export interface Distribution {
  readonly strategy: DistributionStrategy;
  /** Preferred regions, best first; those not named come after them. A wish: what may not be is the policy's to say. */
  readonly regions: readonly string[];
}
