import type { Analytics } from "./client";
import { lossAccountAt, missingOffsets } from "./queries";

/** Where a partition of the log stands, as the log's port tells it. */
export interface LogPosition {
  readonly topic: string;
  readonly partition: number;
  /** The next offset that will be written. */
  readonly endOffset: bigint;
  /** The next one that the sink will read; 0 when it has committed none. */
  readonly committedOffset: bigint;
}

/** Produced = stored + waiting + lost, in records. `lost` other than 0 is an alarm: committed, and not stored (I5). */
export interface LossRow {
  readonly topic: string;
  readonly partition: number;
  readonly produced: number;
  readonly stored: number;
  readonly waiting: number;
  readonly lost: number;
}

/** First and last offset of a range that is not stored. */
export interface MissingRange {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
}

const RANGES_MAX = 100;

/** The loss account of these partitions. A record that went to the dead letters counts as lost here and is found there. */
export async function lossAccount(analytics: Analytics, positions: readonly LogPosition[]): Promise<readonly LossRow[]> {
  if (positions.length === 0) return [];
  const rows = await analytics.query(lossAccountAt, {
    topics: positions.map(({ topic }) => topic),
    partitions: positions.map(({ partition }) => partition),
    ends: positions.map(({ endOffset }) => endOffset),
    committed: positions.map(({ committedOffset }) => committedOffset),
  });
  return rows.map((row) => ({
    topic: String(row.topic),
    partition: Number(row.log_partition),
    produced: Number(row.produced),
    stored: Number(row.stored),
    waiting: Number(row.waiting),
    lost: Number(row.lost),
  }));
}

/** Offsets before `endOffset` that are not stored, the first hundred ranges. */
export async function missingRanges(analytics: Analytics, at: Omit<LogPosition, "committedOffset">): Promise<readonly MissingRange[]> {
  const params = { topic: at.topic, partition: at.partition, end: at.endOffset, rows_max: RANGES_MAX };
  const rows = await analytics.query(missingOffsets, params);
  return rows.map((row) => ({ firstOffset: BigInt(row.first_offset as string), lastOffset: BigInt(row.last_offset as string) }));
}
