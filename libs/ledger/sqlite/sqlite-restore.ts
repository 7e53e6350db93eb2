import type { DatabaseSync } from "node:sqlite";
import { closedState, isClosed, type LedgerSnapshot, type RestoreResult, restoredState } from "@leverframe/budget";
import { type ReservationRow, reservationFrom, type SqliteState } from "./sqlite-state";

/** Sequence of the last entry that the outbox was given. */
export function positionIn(db: DatabaseSync): number {
  return (db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").get() as { seq: number } | undefined)?.seq ?? 0;
}

/** Inside one transaction: the snapshot takes the place of accounts, overrides and open reservations. */
export function restoreInto(db: DatabaseSync, state: SqliteState, snapshot: LedgerSnapshot, nowMicros: number): RestoreResult {
  const life = db.prepare("SELECT epoch FROM life").get() as { epoch: string } | undefined;
  if (life?.epoch === snapshot.epoch) return { status: "same_epoch" };
  const written = positionIn(db);
  if (written > snapshot.sequence) return { status: "behind", sequence: written };

  const forgetAttempts = db.prepare("DELETE FROM attempts WHERE reservation_id = ?");
  const open = db.prepare("SELECT * FROM reservations WHERE closed_at IS NULL").all() as unknown as ReservationRow[];
  for (const row of open) {
    state.putReservation(closedState(reservationFrom(row)), nowMicros);
    forgetAttempts.run(row.reservation_id);
  }
  db.exec("DELETE FROM balances; DELETE FROM overrides; DELETE FROM idle_marks");
  const forget = db.prepare("DELETE FROM reservations WHERE reservation_id = ?");
  for (const restored of snapshot.reservations.map(restoredState)) {
    // One that is closed here too knows more: the outcomes of its calls.
    if (isClosed(restored) && state.reservation(restored.reservationId)) continue;
    forget.run(restored.reservationId);
    forgetAttempts.run(restored.reservationId);
    state.putReservation(restored, nowMicros);
  }
  for (const balance of snapshot.balances) state.putBalance(balance, nowMicros);
  for (const override of snapshot.overrides) state.putOverride(override);
  db.prepare("INSERT INTO life (one, epoch) VALUES (1, ?) ON CONFLICT DO UPDATE SET epoch = ?1").run(snapshot.epoch);
  // The row is there as soon as the outbox has held an entry.
  const moved = db.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'outbox'").run(snapshot.sequence).changes;
  if (moved === 0) db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)").run(snapshot.sequence);
  return { status: "restored" };
}
