import type { Catalog, Provider } from "@leverframe/catalog";

/** Each provider of the catalog once, in catalog order. */
export function providersOf({ deployments }: Catalog): readonly Provider[] {
  return [...new Map(deployments.map(({ provider }) => [provider.id, provider])).values()];
}

/** Null: it can be called, or a call will tell, where its keys stand elsewhere. Else the environment variable that is missing. */
export function missingKeyOf({ apiKeyEnv, apiKeys }: Provider, env: Readonly<Record<string, string | undefined>>): string | null {
  if (apiKeys) return null;
  return apiKeyEnv === null || env[apiKeyEnv]?.trim() ? null : apiKeyEnv;
}
