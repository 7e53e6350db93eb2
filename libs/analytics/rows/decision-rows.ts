import { answeringAttempt, answerRounds, escalationsOf, releasedAttempt } from "@leverframe/decision";
import type { Attempt, Decision, Usage } from "@leverframe/events";
import { TABLES } from "../migrations";
import { decisionJson } from "./decision-json";
import { type Row, type TableRows, timeText } from "./row";

/** A decision as one row, and one for each of its attempts. Pure: a redelivered decision gives the same rows. */
export function decisionRows(decision: Decision): readonly TableRows[] {
  const attempts = attemptRows(decision);
  const rows = [{ table: TABLES.decisions, rows: [decisionRow(decision)] }];
  return attempts.length === 0 ? rows : [...rows, { table: TABLES.attempts, rows: attempts }];
}

function decisionRow(decision: Decision): Row {
  const { meta, origin, classification, rounds } = decision;
  const answering = decision.status === "answered" ? releasedAttempt(rounds) : null;
  const last = answerRounds(rounds).at(-1)?.selection;
  return {
    tenant: origin.tenant,
    event_id: meta.eventId,
    request_id: meta.requestId,
    application: origin.application,
    department: origin.department,
    user: origin.user,
    route: decision.route,
    status: decision.status,
    refusal: decision.refusal?.code ?? null,
    success: decision.success,
    task_type: classification?.taskType ?? null,
    task_confidence: classification?.taskConfidence ?? null,
    complexity: classification?.complexity ?? null,
    risk_class: classification?.riskClass ?? null,
    risk_signals: classification?.riskSignals.map((signal) => signal.signal) ?? [],
    latency_class: classification?.latencyClass ?? null,
    language: classification?.language ?? null,
    output_format: classification?.outputFormat ?? null,
    prompt_bytes: classification?.promptBytes ?? 0,
    policy_version: decision.policyVersion,
    catalog_version: decision.catalogVersion,
    permitted: decision.permitted,
    rules: decision.rules,
    strategy: last?.strategy ?? null,
    selected_candidate: last?.choice ?? null,
    candidate: answering?.candidate ?? null,
    provider: answering?.provider ?? null,
    model: answering?.model ?? null,
    oss_share: decision.ossShare,
    escalations: escalationsOf(rounds),
    ...totalsOf(decision),
    cost_nano_usd: String(decision.costNanoUsd),
    baseline_nano_usd: String(decision.baselineNanoUsd),
    received_at: timeText(origin.receivedAt),
    answered_at: timeText(decision.answeredAt),
    latency_micros: decision.answeredAt - origin.receivedAt,
    ...checksOf(decision),
    decision: decisionJson(decision),
    ...retentionOf(decision),
  };
}

/** Nothing where no policy says how long: the column's default holds. */
const retentionOf = ({ retentionDaysMax }: Decision): Row => (retentionDaysMax === null ? {} : { retention_days: Math.min(retentionDaysMax, RETENTION_DAYS_MAX) });

/** The tables' own default, which stands for no limit; a larger number does not fit their dates. */
const RETENTION_DAYS_MAX = 17_500;

function totalsOf({ rounds }: Decision): Row {
  const totals = { attempts: 0, input_tokens: 0, output_tokens: 0, provider_micros: 0 };
  for (const { attempts } of rounds) {
    for (const { usage, latencyMicros } of attempts) {
      totals.attempts++;
      totals.provider_micros += latencyMicros;
      totals.input_tokens += usage?.inputTokens ?? 0;
      totals.output_tokens += usage?.outputTokens ?? 0;
    }
  }
  return totals;
}

/** Checks of every round, beside the candidate whose output they checked (the round's choice where no call succeeded). */
function checksOf({ rounds }: Decision): Row {
  const candidates: string[] = [];
  const names: string[] = [];
  const passed: boolean[] = [];
  for (const round of rounds) {
    if (round.evaluation === null) continue;
    const candidate = answeringAttempt([round])?.candidate ?? round.selection.choice;
    for (const check of round.evaluation.checks) {
      candidates.push(candidate);
      names.push(check.check);
      passed.push(check.passed);
    }
  }
  return { check_candidates: candidates, check_names: names, check_passed: passed };
}

function attemptRows(decision: Decision): Row[] {
  const { meta, origin, classification, route } = decision;
  const cohort = {
    tenant: origin.tenant,
    request_id: meta.requestId,
    application: origin.application,
    department: origin.department,
    route,
    task_type: classification?.taskType ?? null,
    complexity: classification?.complexity ?? null,
    risk_class: classification?.riskClass ?? null,
    language: classification?.language ?? null,
    received_at: timeText(origin.receivedAt),
    ...retentionOf(decision),
  };
  return decision.rounds.flatMap(({ attempts }, round) => attempts.map((attempt) => ({ ...cohort, round, ...attemptColumns(attempt) })));
}

const NO_USAGE: Usage = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };

function attemptColumns(attempt: Attempt): Row {
  const usage = attempt.usage ?? NO_USAGE;
  return {
    attempt_id: attempt.attemptId,
    candidate: attempt.candidate,
    provider: attempt.provider,
    model: attempt.model,
    region: attempt.region,
    outcome: attempt.outcome,
    finish_reason: attempt.finishReason,
    error: attempt.error,
    provider_request_id: attempt.providerRequestId,
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    cost_nano_usd: String(attempt.costNanoUsd),
    started_at: timeText(attempt.startedAt),
    latency_micros: attempt.latencyMicros,
    notes: attempt.notes,
  };
}
