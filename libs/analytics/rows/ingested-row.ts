import { TABLES } from "../migrations";
import { type TableRows, timeText } from "./row";

/** Which record of the log rows came from. */
export interface RecordPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The log's own timestamp, the same in every redelivery. */
  readonly timestampMicros: number;
}

/** The record's line in the loss account. */
export function ingestedRow({ topic, partition, offset, timestampMicros }: RecordPosition): TableRows {
  const row = { topic, log_partition: partition, log_offset: String(offset), record_at: timeText(timestampMicros) };
  return { table: TABLES.ingested, rows: [row] };
}
