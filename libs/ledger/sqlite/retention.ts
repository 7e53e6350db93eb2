import type { DatabaseSync, StatementSync } from "node:sqlite";
import { MICROS_PER_SECOND } from "@leverframe/kernel";
import { RATE_KEEP_SECONDS } from "../ledger";

const PERIOD_MICROS = 60 * MICROS_PER_SECOND;
const RATE_KEEP_MICROS = RATE_KEEP_SECONDS * MICROS_PER_SECOND;
/** So that one transaction never holds the file for long; what is left goes with the next steps. */
const ROWS_MAX = 200;

/**
 * Forgets cleared reservations, their attempts and answers that are older than any redelivery, and accounts of
 * minutes long past. A reservation that
 * still holds money, or has a call under way, is never forgotten. Runs along with other steps, inside their transaction.
 */
export class Retention {
  readonly #keepMicros: number;
  readonly #attempts: StatementSync;
  readonly #reservations: StatementSync;
  readonly #answers: StatementSync;
  readonly #minutes: StatementSync;
  #nextAtMicros = 0;

  constructor(db: DatabaseSync, keepMicros: number) {
    this.#keepMicros = keepMicros;
    const expired = `SELECT reservation_id FROM reservations WHERE closed_at < ?1 ORDER BY closed_at LIMIT ${ROWS_MAX}`;
    this.#attempts = db.prepare(`DELETE FROM attempts WHERE reservation_id IN (${expired})`);
    this.#reservations = db.prepare(`DELETE FROM reservations WHERE reservation_id IN (${expired})`);
    this.#answers = db.prepare(
      `DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE kept_at < ?1 LIMIT ${ROWS_MAX})`,
    );
    this.#minutes = db.prepare(
      `DELETE FROM minutes WHERE (scope, window, unit) IN (SELECT scope, window, unit FROM minutes WHERE counted_at < ?1 LIMIT ${ROWS_MAX})`,
    );
  }

  forget(nowMicros: number): void {
    if (nowMicros < this.#nextAtMicros) return;
    const before = nowMicros - this.#keepMicros;
    this.#attempts.run(before);
    const reservations = this.#reservations.run(before).changes;
    const answers = this.#answers.run(before).changes;
    const minutes = this.#minutes.run(nowMicros - RATE_KEEP_MICROS).changes;
    const more = [reservations, answers, minutes].includes(ROWS_MAX);
    this.#nextAtMicros = more ? nowMicros : nowMicros + PERIOD_MICROS;
  }
}
