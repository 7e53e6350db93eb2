import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { DeferredStore, LeavingRequest, ParkRequest, Waiting, WaitingRequest } from "@leverframe/deferral";

/** How the ledger's file is written and read: steps share commits. */
export interface FileAccess {
  step<Result>(step: (nowMicros: number) => Result): Promise<Result>;
  read<Result>(query: () => Result): Result;
  readonly keepMicros: number;
  readonly parkedMax: number;
}

interface Row {
  readonly park_id: string;
  readonly request_id: string;
  readonly tenant: string;
  readonly lane: string;
  readonly arrived_at: number;
  readonly parked_at: number;
  readonly until_at: number;
  readonly rests_until: number;
  readonly need: number;
  readonly event: Uint8Array;
  readonly left_at: number;
}

const COLUMNS = "park_id, request_id, tenant, lane, arrived_at, parked_at, until_at, rests_until, need";
const FORGOTTEN_AT_ONCE = 200;

/** Requests that wait, in the ledger's file. */
export function sqliteDeferred(db: DatabaseSync, { step, read, keepMicros, parkedMax }: FileAccess): DeferredStore {
  const statements = prepared(db);
  return {
    park: (request) => step(() => park(statements, request, parkedMax)),
    waiting: async () => read((): Waiting => {
      const { count, oldest } = statements.waiting.get() as { count: number; oldest: number | null };
      return { count, oldestParkedAtMicros: oldest };
    }),
    lanes: async () => read(() => (statements.lanes.all() as { lane: string }[]).map(({ lane }) => lane)),
    line: async (lane, countMax) => read(() => (statements.line.all(lane, countMax) as unknown as Row[]).map(waitingFrom)),
    overdue: async (nowMicros, countMax) => read(() => (statements.overdue.all(nowMicros, countMax) as unknown as Row[]).map(waitingFrom)),
    leave: (parkId, nowMicros) => step(() => void statements.leave.run(nowMicros, parkId)),
    leaving: async (countMax) => read(() => (statements.leaving.all(countMax) as unknown as Row[]).map(leavingFrom)),
    gone: (parkId) => step((nowMicros) => {
      statements.gone.run(nowMicros, parkId);
      statements.forget.run(nowMicros - keepMicros);
    }),
    lead: (owner, nowMicros, untilMicros) => step(() => statements.lead.run(owner, untilMicros, nowMicros).changes === 1),
  };
}

function prepared(db: DatabaseSync) {
  return {
    known: db.prepare("SELECT 1 FROM deferred WHERE park_id = ?"),
    insert: db.prepare(`INSERT INTO deferred (${COLUMNS}, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    waiting: db.prepare("SELECT count(*) AS count, min(parked_at) AS oldest FROM deferred WHERE left_at IS NULL"),
    lanes: db.prepare("SELECT DISTINCT lane FROM deferred WHERE left_at IS NULL ORDER BY lane"),
    line: db.prepare(`SELECT ${COLUMNS} FROM deferred WHERE left_at IS NULL AND lane = ? ORDER BY arrived_at, park_id LIMIT ?`),
    overdue: db.prepare(`SELECT ${COLUMNS} FROM deferred WHERE left_at IS NULL AND until_at <= ? ORDER BY until_at, park_id LIMIT ?`),
    leave: db.prepare("UPDATE deferred SET left_at = ? WHERE park_id = ? AND left_at IS NULL"),
    leaving: db.prepare(`SELECT ${COLUMNS}, event, left_at FROM deferred WHERE left_at IS NOT NULL AND gone_at IS NULL ORDER BY left_at, arrived_at, park_id LIMIT ?`),
    gone: db.prepare("UPDATE deferred SET event = NULL, gone_at = ? WHERE park_id = ? AND left_at IS NOT NULL AND gone_at IS NULL"),
    forget: db.prepare(`DELETE FROM deferred WHERE rowid IN (SELECT rowid FROM deferred WHERE gone_at < ? LIMIT ${FORGOTTEN_AT_ONCE})`),
    lead: db.prepare(
      "INSERT INTO leads (name, owner, until_at) VALUES ('deferred', ?1, ?2) ON CONFLICT (name) DO UPDATE SET owner = ?1, until_at = ?2 WHERE owner = ?1 OR until_at <= ?3",
    ),
  } satisfies Record<string, StatementSync>;
}

function park({ known, waiting, insert }: ReturnType<typeof prepared>, request: ParkRequest, parkedMax: number): "parked" | "known" | "full" {
  if (known.get(request.parkId)) return "known";
  if ((waiting.get() as { count: number }).count >= parkedMax) return "full";
  const { parkId, requestId, tenant, lane, arrivedAtMicros, parkedAtMicros, untilMicros, restsUntilMicros, need, event } = request;
  insert.run(parkId, requestId, tenant, lane, arrivedAtMicros, parkedAtMicros, untilMicros, restsUntilMicros, need, event);
  return "parked";
}

function waitingFrom(row: Row): WaitingRequest {
  return {
    parkId: row.park_id,
    requestId: row.request_id,
    tenant: row.tenant,
    lane: row.lane,
    arrivedAtMicros: row.arrived_at,
    parkedAtMicros: row.parked_at,
    untilMicros: row.until_at,
    restsUntilMicros: row.rests_until,
    need: row.need,
  };
}

const leavingFrom = (row: Row): LeavingRequest => ({ ...waitingFrom(row), event: row.event, leftAtMicros: row.left_at });
