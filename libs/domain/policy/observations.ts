import type { Deployment } from "@leverframe/catalog";
import type { Causes } from "./candidates";
import type { CompiledRule } from "./compiled-rules";
import type { Route } from "./routes";
import type { Effect, Mode } from "./rules";

/** What one rule that is not enforced would have done to this request. */
export interface Observation {
  /** `route:<name>` when the route itself is deprecated. */
  readonly rule: string;
  readonly mode: Exclude<Mode, "enforce">;
  readonly effect: Effect | "deprecated";
  readonly why: string | null;
  /** forbid, require: permitted candidates it would have taken away; allow: those it would have added; prefer: those it speaks for. */
  readonly candidates: readonly string[];
}

/** A deprecated route still works; whoever takes it is told. */
export function deprecation({ name, why }: Route): Observation {
  return { rule: `route:${name}`, mode: "warn", effect: "deprecated", why, candidates: [] };
}

/** In the order of rule ids. */
export function observe(fired: readonly CompiledRule[], causes: Causes, deployments: readonly Deployment[]): Observation[] {
  const observations: Observation[] = [];
  for (const { id, mode, effect, why, matches } of fired) {
    if (mode === "enforce") continue;
    const affected = deployments.filter((_, index) => affects(effect, causes[index] ?? null, matches[index] === 1));
    observations.push({ rule: id, mode, effect, why, candidates: affected.map((deployment) => deployment.id) });
  }
  return observations;
}

function affects(effect: Effect, cause: string | null, matches: boolean): boolean {
  switch (effect) {
    case "forbid":
      return cause === null && matches;
    case "require":
      return cause === null && !matches;
    case "allow":
      return cause === "not_allowed" && matches;
    case "prefer":
      return cause === null && matches;
    case "oblige":
      return false;
  }
}
