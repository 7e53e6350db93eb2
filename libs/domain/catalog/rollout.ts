/** Another version takes over step by step: some of the requests that would go to one deployment go to another. */
export interface Rollout {
  /** Id of the deployment with the new version. */
  readonly to: string;
  /** Share of the requests, 0 to 100. */
  readonly percent: number;
  /** When the new version does worse than this, every request stays with the old one. */
  readonly guardrails: Guardrails;
}

/** Null: no such limit. */
export interface Guardrails {
  /** Share of the calls that succeed, 0 to 1. */
  readonly successRateMin: number | null;
  readonly latencyMsMax: number | null;
}

const SHARES = 10_000;

/**
 * Whether a request is among the percent that take the new version. The same request always is or never is, and one
 * that is stays so while the percentage rises. FNV-1a (32 bit) over id and deployment, its bits mixed once more, since
 * ids that differ at their end alone would fall close together.
 */
export function takesNewVersion(requestId: string, deploymentId: string, percent: number): boolean {
  let hash = 0x811c9dc5;
  const text = `${deploymentId}\u0000${requestId}`;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % SHARES < percent * (SHARES / 100);
}
