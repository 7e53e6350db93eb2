import { AppError, toAppError } from "@leverframe/kernel";
import type { Analytics } from "./client";
import { type BatchBounds, InsertBatcher } from "./insert-batcher";
import { migrate } from "./migrate";
import type { Table } from "./migrations";
import { ingestedRow, type RecordPosition } from "./rows/ingested-row";
import type { TableRows } from "./rows/row";

/** Writes rows in batches. The database is migrated before the first of them, whenever ClickHouse is there. */
export class AnalyticsWriter {
  readonly #analytics: Analytics;
  readonly #batcher: InsertBatcher<Table>;
  #migrated: Promise<void> | null = null;

  constructor(analytics: Analytics, bounds?: BatchBounds) {
    this.#analytics = analytics;
    this.#batcher = new InsertBatcher(async (table, lines) => {
      await this.#readyForRows();
      await analytics.insert(table, lines);
    }, bounds);
  }

  /** Resolves when the database is as this code expects it; asked again after a failure. Errors of `migrate`. */
  ready(): Promise<void> {
    return (this.#migrated ??= migrate(this.#analytics).catch((error: unknown) => {
      this.#migrated = null;
      throw error;
    }));
  }

  /**
   * Resolves when the rows of one record are stored, and then its line in the loss account: the account never claims
   * what is not there. `unavailable` (repeat the record: its rows replace themselves) or `bad_record`.
   */
  async store(rows: readonly TableRows[], position: RecordPosition | null): Promise<void> {
    await Promise.all(rows.map((one) => this.#batcher.insert(one.table, one.rows)));
    if (position === null) return;
    const line = ingestedRow(position);
    await this.#batcher.insert(line.table, line.rows);
  }

  /** Whatever is wrong with the database, no record is at fault: it waits until somebody has put that right. */
  async #readyForRows(): Promise<void> {
    try {
      await this.ready();
    } catch (cause) {
      throw new AppError("unavailable", `the database is not ready: ${toAppError(cause).message}`, { cause });
    }
  }

  /** Stores what was accepted. The connection stays open: it is its opener's. */
  close(): Promise<void> {
    return this.#batcher.close();
  }
}
