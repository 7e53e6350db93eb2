import type { Decision } from "@leverframe/events";
import type { Analytics } from "./client";
import { parseDecisionJson } from "./rows/decision-json";

const PAGE_ROWS = 5_000;

/** Every decision received at or after a moment (microseconds), oldest first, read page by page. A tenant narrows it. */
export async function* decisionsSince(analytics: Analytics, sinceMicros: number, tenant: string | null = null, pageRows = PAGE_ROWS): AsyncGenerator<Decision> {
  const own = tenant === null ? "" : " AND tenant = {tenant:String}";
  // A page begins behind the last row of the one before it, so that rows that arrive meanwhile shift nothing.
  const sql = `SELECT event_id, toUnixTimestamp64Micro(received_at) AS at, decision FROM decisions
    WHERE (received_at, event_id) > (fromUnixTimestamp64Micro({at:Int64}, 'UTC'), {id:String})${own}
    ORDER BY received_at, event_id LIMIT ${pageRows}`;
  let [at, id] = [String(sinceMicros - 1), "\u{10FFFF}"];
  for (;;) {
    const rows = await analytics.query(sql, { at, id, ...(tenant === null ? {} : { tenant }) });
    for (const row of rows) yield parseDecisionJson(String(row.decision));
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    [at, id] = [String(last.at), String(last.event_id)];
  }
}
