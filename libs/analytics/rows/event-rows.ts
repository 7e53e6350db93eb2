import type { BudgetStatus, Feedback, LedgerEntry, PolicyChange, ProviderHealth, Review } from "@leverframe/events";
import { TABLES } from "../migrations";
import { type TableRows, timeText } from "./row";

/** A journal entry as one row, and one for each account that it changes. */
export function ledgerEntryRows(entry: LedgerEntry): readonly TableRows[] {
  const { tenant, entryId, sequence, kind, postings } = entry;
  const at = timeText(entry.at);
  const row = {
    tenant,
    entry_id: entryId,
    sequence,
    kind,
    status: entry.status,
    request_id: entry.requestId,
    reservation_id: entry.reservationId,
    attempt_id: entry.attemptId,
    amount_micro_usd: entry.amountMicroUsd,
    cost_nano_usd: String(entry.costNanoUsd),
    at,
  };
  const postingRows = postings.map((posting) => ({
    tenant,
    entry_id: entryId,
    scope: posting.scope,
    budget_window: posting.window,
    unit: posting.unit,
    sequence,
    kind,
    reserved_delta_micro_usd: posting.reservedDeltaMicroUsd,
    settled_delta_micro_usd: posting.settledDeltaMicroUsd,
    reserved_after_micro_usd: posting.reservedAfterMicroUsd,
    settled_after_micro_usd: posting.settledAfterMicroUsd,
    cap: posting.cap,
    at,
  }));
  const rows = [{ table: TABLES.ledgerEntries, rows: [row] }];
  return postingRows.length === 0 ? rows : [...rows, { table: TABLES.postings, rows: postingRows }];
}

/** `application`: on whose topic it came. */
export function feedbackRows(feedback: Feedback, application: string): readonly TableRows[] {
  const { feedbackId, requestId, at, ...rest } = feedback;
  return [{ table: TABLES.feedback, rows: [{ ...rest, application, feedback_id: feedbackId, request_id: requestId, at: timeText(at) }] }];
}

export function budgetStatusRows(status: BudgetStatus): readonly TableRows[] {
  const row = {
    event_id: status.eventId,
    scope: status.scope,
    budget_window: status.window,
    band: status.band,
    threshold_percent: status.thresholdPercent,
    cap_micro_usd: status.capMicroUsd,
    reserved_micro_usd: status.reservedMicroUsd,
    settled_micro_usd: status.settledMicroUsd,
    at: timeText(status.at),
    kind: status.kind,
    unit: status.unit,
    cap: status.cap,
    reserved: status.reserved,
    settled: status.settled,
    observed: status.observed,
    expected_low: status.expectedLow,
    expected_high: status.expectedHigh,
    exhausted_at: status.exhaustedAt === null ? null : timeText(status.exhaustedAt),
  };
  return [{ table: TABLES.budgetStatus, rows: [row] }];
}

export function policyChangeRows(change: PolicyChange): readonly TableRows[] {
  const row = {
    event_id: change.eventId,
    instance: change.instance,
    kind: change.kind,
    policy_version_before: change.policyVersionBefore,
    policy_version: change.policyVersion,
    catalog_version_before: change.catalogVersionBefore,
    catalog_version: change.catalogVersion,
    actor: change.actor,
    actor_source: change.actorSource,
    git_commit: change.commit,
    git_ref: change.gitRef,
    dirty: change.dirty,
    files: change.files,
    changes: change.changes,
    behaviour: change.behaviour,
    problems: change.problems,
    at: timeText(change.at),
  };
  return [{ table: TABLES.policyChanges, rows: [row] }];
}

export function providerHealthRows(health: ProviderHealth): readonly TableRows[] {
  const row = {
    event_id: health.eventId,
    instance: health.instance,
    deployment: health.deployment,
    provider: health.provider,
    model: health.model,
    region: health.region,
    band: health.band,
    breaker: health.breaker,
    cause: health.cause,
    heard_from: health.heardFrom,
    error: health.error,
    samples: health.samples,
    failures: health.failures,
    slow: health.slow,
    latency_micros: health.latencyMicros,
    concurrency_max: health.concurrencyMax,
    in_flight: health.inFlight,
    until: health.until === null ? null : timeText(health.until),
    at: timeText(health.at),
  };
  return [{ table: TABLES.providerHealth, rows: [row] }];
}

/** Who decided what about which request: the answer that was looked at is not stored. */
export function reviewRows({ eventId, requestId, verdict, reviewer, comment, held, at }: Review): readonly TableRows[] {
  const row = { tenant: held.tenant, event_id: eventId, request_id: requestId, verdict, reviewer, comment, reason: held.reason, held_at: timeText(held.heldAt), at: timeText(at) };
  return [{ table: TABLES.reviews, rows: [row] }];
}
