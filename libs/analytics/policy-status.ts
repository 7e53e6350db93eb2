import type { Analytics } from "./client";

/** What one instance decides with, as it announced it. Times in microseconds. */
export interface InstancePolicy {
  readonly instance: string;
  readonly policyVersion: string;
  readonly catalogVersion: string;
  readonly since: number;
  /** Who made the set that is in force: a git author, or the operating system's user. */
  readonly actor: string;
  readonly actorSource: string;
  readonly commit: string | null;
  readonly gitRef: string | null;
  /** The first problem of a set that it refused after the one in force; null when it refused none. */
  readonly refused: string | null;
}

/**
 * The active policy of every instance that spoke of it since a moment and did not say that it stopped, newest first. One
 * that was killed says nothing: it is among them until the moment is later than its last word.
 */
export async function policyStatus(analytics: Analytics, sinceMicros: number): Promise<readonly InstancePolicy[]> {
  const sql = `SELECT instance,
      argMaxIf(policy_version, (at, event_id), inForce) AS policy,
      argMaxIf(catalog_version, (at, event_id), inForce) AS catalog,
      toUnixTimestamp64Micro(maxIf(at, inForce)) AS since,
      argMaxIf(tuple(actor, actor_source, git_commit, git_ref), (at, event_id), inForce) AS who,
      argMax(kind, (at, event_id)) AS last_kind,
      argMaxIf(problems, (at, event_id), kind = 'refused') AS last_problems
    FROM (SELECT *, kind IN ('started', 'changed') AS inForce FROM policy_changes)
    GROUP BY instance
    HAVING countIf(inForce) > 0 AND last_kind != 'stopped' AND max(at) >= fromUnixTimestamp64Micro({since:Int64}, 'UTC')
    ORDER BY since DESC, instance`;
  const rows = await analytics.query(sql, { since: String(sinceMicros) });
  return rows.map(instanceOf);
}

function instanceOf(row: Readonly<Record<string, unknown>>): InstancePolicy {
  const [actor, actorSource, commit, gitRef] = row.who as readonly (string | null)[];
  return {
    instance: String(row.instance),
    policyVersion: String(row.policy),
    catalogVersion: String(row.catalog),
    since: Number(row.since),
    actor: actor ?? "",
    actorSource: actorSource ?? "",
    commit: commit ?? null,
    gitRef: gitRef ?? null,
    refused: row.last_kind === "refused" ? ((row.last_problems as readonly string[])[0] ?? "") : null,
  };
}
