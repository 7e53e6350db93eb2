import type { Table } from "../migrations";

/** A row by column name. Integers beyond 2^53 are text; ClickHouse reads both. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows of one table, in the order they were made. */
export interface TableRows {
  readonly table: Table;
  readonly rows: readonly Row[];
}

/** Microseconds since the epoch as UTC text, the one form that ClickHouse reads exactly in every year it can hold. */
export function timeText(micros: number): string {
  const ms = Math.floor(micros / 1_000);
  const rest = micros - ms * 1_000;
  return `${new Date(ms).toISOString().slice(0, -1)}${String(rest).padStart(3, "0")}Z`;
}
