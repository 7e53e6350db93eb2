import type { BudgetStatus, PolicyChange } from "@leverframe/events";
import type { Digest } from "@leverframe/kernel";
import type { AlertKind } from "@leverframe/policy";
import { budgetText, policyText } from "./alert-text";

/** What somebody is told, whatever the channel. */
export interface Alert {
  /** The same whenever the same is found again: a channel is told once. */
  readonly alertId: string;
  readonly kind: AlertKind;
  /** `department:acme/Sales`; of a policy set `policy:<version>`. */
  readonly scope: string;
  /** Of a threshold; null: no threshold. */
  readonly percent: number | null;
  readonly title: string;
  readonly lines: readonly string[];
  readonly atMicros: number;
  /** As it stands on the log, for machines. */
  readonly event: BudgetStatus | PolicyChange;
}

const KINDS: readonly string[] = ["threshold", "forecast", "anomaly", "runaway"];
const DAY_MICROS = 86_400_000_000;

/** Null: of a kind that this release does not know; a newer one wrote it. */
export function budgetAlert(event: BudgetStatus): Alert | null {
  if (!KINDS.includes(event.kind)) return null;
  const { eventId, scope, at, thresholdPercent } = event;
  const kind = event.kind as AlertKind;
  return { alertId: eventId, kind, scope, percent: kind === "threshold" ? thresholdPercent : null, ...budgetText(event), atMicros: at, event };
}

/** Every instance says that it has changed, so the id is that of the change, and of the day: the same change may come again. Null: only started. */
export function policyAlert(event: PolicyChange, digest: Digest): Alert | null {
  if (event.kind !== "changed" && event.kind !== "refused") return null;
  const { kind, policyVersionBefore, policyVersion, catalogVersionBefore, catalogVersion, problems, at } = event;
  const change = JSON.stringify([kind, policyVersionBefore, policyVersion, catalogVersionBefore, catalogVersion, problems, Math.floor(at / DAY_MICROS)]);
  return { alertId: `policy.${digest(change)}`, kind: "policy", scope: `policy:${policyVersion}`, percent: null, ...policyText(event), atMicros: at, event };
}
