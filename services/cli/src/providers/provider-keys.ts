import type { Catalog, Provider } from "@leverframe/catalog";

/** Each provider of the catalog once, in catalog order. */
export function providersOf({ deployments }: Catalog): readonly Provider[] {
  return [...new Map(deployments.map(({ provider }) => [provider.id, provider])).values()];
}

/** Null: it can be called. Else the environment variable that is missing. */
export function missingKeyOf({ apiKeyEnv }: Provider, env: Readonly<Record<string, string | undefined>>): string | null {
  return apiKeyEnv === null || env[apiKeyEnv]?.trim() ? null : apiKeyEnv;
}
