import type { Database } from "./database";

const OFFSETS = 2 ** 40;
/** Records removed in one transaction. */
const CHUNK_RECORDS = 500;

/** Removes records past their topic's `retention.ms` or `retention.bytes`, oldest first, whether or not they were read; as Kafka does. */
export class Retention {
  private readonly limitedRows;
  private readonly oldestRows;
  private readonly bytesRows;
  private readonly removeBefore;

  constructor(
    private readonly database: Database,
    private readonly nowMicros: () => number,
  ) {
    this.limitedRows = database.rows<readonly [id: number, ms: number | null, bytes: number | null]>(
      `SELECT topic_partition.id, retention_ms, retention_bytes FROM topic_partition JOIN topic ON topic.name = topic_partition.topic
       WHERE retention_ms IS NOT NULL OR retention_bytes IS NOT NULL`,
    );
    this.oldestRows = database.rows<readonly [id: number, timestampMicros: number, bytes: number]>(
      `SELECT id, timestamp_micros, ifnull(length(key), 0) + ifnull(length(value), 0) + ifnull(length(headers), 0)
       FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ${CHUNK_RECORDS}`,
    );
    this.bytesRows = database.rows<readonly [number]>(
      "SELECT ifnull(sum(ifnull(length(key), 0) + ifnull(length(value), 0) + ifnull(length(headers), 0)), 0) FROM record WHERE id >= ? AND id < ?",
    );
    this.removeBefore = database.command("DELETE FROM record WHERE id >= ? AND id < ?");
  }

  /** Resolves with how many records went. Leaves the event loop free between chunks. */
  async run(): Promise<number> {
    let removed = 0;
    for (const [id, ms, bytesMax] of this.limitedRows()) {
      const from = id * OFFSETS;
      let bytesOver = bytesMax === null ? 0 : this.bytesRows(from, from + OFFSETS)[0]![0] - bytesMax;
      const oldestMicros = ms === null ? 0 : this.nowMicros() - ms * 1_000;
      for (;;) {
        const rows = this.oldestRows(from, from + OFFSETS);
        let expired = 0;
        for (const [, timestampMicros, bytes] of rows) {
          if (bytesOver <= 0 && timestampMicros >= oldestMicros) break;
          bytesOver -= bytes;
          expired++;
        }
        if (expired === 0) break;
        removed += this.database.transaction(() => this.removeBefore(from, rows[expired - 1]![0] + 1));
        if (expired < CHUNK_RECORDS) break;
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
    return removed;
  }
}
