import { type Catalog, type Deployment, type Guardrails, qualityOf, takesNewVersion } from "@leverframe/catalog";
import type { ExcludedCandidate } from "@leverframe/events";
import type { Permit } from "@leverframe/permit";
import type { SelectionHealth } from "./share-out";

/** The permit as this request's selection reads it while new versions are rolled out. */
export interface StagedPermit {
  readonly permit: Permit;
  /** New versions that this request does not take, each with the cause. */
  readonly excluded: readonly ExcludedCandidate[];
  /** The old version by the new one that stands in for it. */
  readonly replaced: ReadonlyMap<string, string>;
}

/**
 * Carries out rollouts from one permitted deployment to another: for the requests of the share the new version takes the
 * old one's place, in the ranking as on the ladders, and for all others it is left out. Outside a guardrail everybody
 * stays with the old one. Which requests are of the share follows from their ids, so a redelivered one takes the same
 * version, unless health has turned meanwhile. Where the policy permits the new version alone, it is a candidate as any.
 */
export function stageRollouts(permit: Permit, catalog: Catalog, taskType: string, health: SelectionHealth | null): StagedPermit {
  const excluded: ExcludedCandidate[] = [];
  const replaced = new Map<string, string>();
  const permitted = new Map(permit.candidates.map((candidate) => [candidate.id, candidate]));
  for (const { id } of permit.candidates) {
    const from = catalog.byId.get(id);
    const to = catalog.byId.get(from?.rollout?.to ?? "");
    if (!from?.rollout || !to || !permitted.has(to.id)) continue;
    const floor = Math.min(permit.obligations.qualityFloor, qualityOf(from.model, taskType));
    const guarded = qualityOf(to.model, taskType) < floor ? "rollout_guardrail:quality" : brokenGuardrail(to, from.rollout.guardrails, health);
    const cause = takesNewVersion(permit.requestId, id, from.rollout.percent) ? guarded : "rollout_share";
    if (cause === null) replaced.set(to.id, id);
    else excluded.push({ candidate: to.id, cause });
  }
  if (replaced.size === 0 && excluded.length === 0) return { permit, excluded, replaced };
  const leftOut = new Set(excluded.map(({ candidate }) => candidate));
  const newOf = new Map([...replaced].map(([to, from]) => [from, to]));
  const staged = (ids: readonly string[]): string[] => [...new Set(ids.flatMap((id) => (leftOut.has(id) ? [] : (newOf.get(id) ?? id))))];
  const candidates = permit.candidates.flatMap((candidate) => {
    if (leftOut.has(candidate.id) || replaced.has(candidate.id)) return [];
    const to = permitted.get(newOf.get(candidate.id) ?? "");
    return [to ? { ...to, preference: candidate.preference } : candidate];
  });
  const [escalation, degradation] = [permit.escalation.map(staged), permit.degradation.map(staged)];
  return { permit: { ...permit, candidates, escalation, degradation }, excluded, replaced };
}

function brokenGuardrail({ id }: Deployment, guardrails: Guardrails, health: SelectionHealth | null): string | null {
  if (health === null) return null;
  if (health.bandOf(id) !== "ok") return "rollout_guardrail:health";
  const broken = brokenBy(guardrails, health.measuredOf?.(id) ?? null);
  return broken && `rollout_guardrail:${broken}`;
}

function brokenBy({ successRateMin, latencyMsMax }: Guardrails, measured: ReturnType<NonNullable<SelectionHealth["measuredOf"]>>): string | null {
  const { successRate = null, latencyMs = null } = measured ?? {};
  if (successRateMin !== null && successRate !== null && successRate < successRateMin) return "success_rate";
  return latencyMsMax !== null && latencyMs !== null && latencyMs > latencyMsMax ? "latency" : null;
}
