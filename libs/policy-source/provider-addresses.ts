import type { Catalog, Deployment, Provider } from "@leverframe/catalog";
import { AppError } from "@leverframe/kernel";

/**
 * The catalog with some providers at other addresses (a simulator, a proxy), each given as `provider=url`. Where a
 * provider is reached is a matter of the installation, so the catalog keeps its version.
 */
export function withAddresses(catalog: Catalog, addresses: readonly string[]): Catalog {
  if (addresses.length === 0) return catalog;
  const urls = new Map(addresses.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
  const providers = new Map<string, Provider>();
  for (const { provider } of catalog.deployments) providers.set(provider.id, { ...provider, baseUrl: urls.get(provider.id) ?? provider.baseUrl });
  for (const id of urls.keys()) {
    if (providers.has(id)) continue;
    throw new AppError("bad_config", `providers.baseUrls: provider \`${id}\` is not in the catalog, expected one of ${[...providers.keys()].join(", ")}`);
  }
  const moved = (deployment: Deployment): Deployment => ({ ...deployment, provider: providers.get(deployment.provider.id)! });
  const deployments = catalog.deployments.map(moved);
  return { version: catalog.version, deployments, byId: new Map(deployments.map((deployment) => [deployment.id, deployment])) };
}
