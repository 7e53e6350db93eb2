import type { DatabaseSync } from "node:sqlite";
import { type UnclearedReservation, unclearedOf } from "@leverframe/budget";
import { attemptFrom, type AttemptRow, type ReservationRow, reservationFrom } from "./sqlite-state";

/** Those reserved before this moment, oldest first. Kept outcomes, which are large, are not fetched. */
export function readUncleared(db: DatabaseSync, reservedBeforeMicros: number, countMax: number): readonly UnclearedReservation[] {
  const rows = db
    .prepare("SELECT * FROM reservations WHERE closed_at IS NULL AND reserved_at < ? ORDER BY reserved_at, reservation_id LIMIT ?")
    .all(reservedBeforeMicros, countMax) as unknown as ReservationRow[];
  const attempts = db.prepare(
    `SELECT attempt_id, worst_case, owner, began_at, CASE WHEN outcome IS NULL THEN NULL ELSE x'' END AS outcome, terms
     FROM attempts WHERE reservation_id = ?`,
  );
  return rows.map((row) => {
    const found = attempts.all(row.reservation_id) as unknown as (AttemptRow & { attempt_id: string })[];
    return unclearedOf(reservationFrom(row), found.map((one) => attemptFrom(row.reservation_id, one.attempt_id, one)));
  });
}
