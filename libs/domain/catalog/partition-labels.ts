import type { Deployment } from "./catalog";

const known = new WeakMap<Deployment, readonly string[]>();

/** The budget partitions that a call of this deployment is charged to, as the ledger names them. */
export function partitionLabels(deployment: Deployment): readonly string[] {
  const labels = known.get(deployment) ?? [
    `provider:${deployment.provider.id}`,
    `tier:${deployment.model.tier}`,
    ...deployment.tags.map((tag) => `tag:${tag}`),
  ];
  known.set(deployment, labels);
  return labels;
}
