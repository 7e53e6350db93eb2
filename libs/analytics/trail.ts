import type { Decision } from "@leverframe/events";
import type { Analytics } from "./client";
import { parseDecisionJson } from "./rows/decision-json";

/** A journal entry as the ledger wrote it, money in exact integers. */
export interface JournalLine {
  readonly entryId: string;
  readonly sequence: number;
  readonly kind: string;
  readonly status: string;
  readonly attemptId: string | null;
  readonly amountMicroUsd: number;
  readonly costNanoUsd: bigint;
  readonly at: string;
}

/** The decision on a request, for explain and replay; null when none is stored (yet). A tenant narrows it. */
export async function findDecision(analytics: Analytics, requestId: string, tenant: string | null = null): Promise<Decision | null> {
  const sql = `SELECT decision FROM decisions WHERE request_id = {request_id:String}${ofTenant(tenant)} ORDER BY received_at LIMIT 1`;
  const [row] = await analytics.query(sql, { request_id: requestId, ...(tenant === null ? {} : { tenant }) });
  return row === undefined ? null : parseDecisionJson(String(row.decision));
}

/** What the ledger did for a request, in its order. */
export async function findJournal(analytics: Analytics, requestId: string, tenant: string | null = null): Promise<readonly JournalLine[]> {
  const columns = "entry_id, sequence, kind, status, attempt_id, amount_micro_usd, cost_nano_usd, toString(at) AS at_text";
  const sql = `SELECT ${columns} FROM ledger_entries WHERE request_id = {request_id:String}${ofTenant(tenant)} ORDER BY sequence`;
  const rows = await analytics.query(sql, { request_id: requestId, ...(tenant === null ? {} : { tenant }) });
  return rows.map((row) => ({
    entryId: String(row.entry_id),
    sequence: Number(row.sequence),
    kind: String(row.kind),
    status: String(row.status),
    attemptId: row.attempt_id === null ? null : String(row.attempt_id),
    amountMicroUsd: Number(row.amount_micro_usd),
    costNanoUsd: BigInt(row.cost_nano_usd as string),
    at: String(row.at_text),
  }));
}

const ofTenant = (tenant: string | null): string => (tenant === null ? "" : " AND tenant = {tenant:String}");
