/** What a table shows, before it is decided how: the same rows become a table, CSV or JSON. */
export interface Column<Row> {
  /** Name in JSON and CSV. */
  readonly name: string;
  readonly title: string;
  readonly align?: "left" | "right";
  /** The column that gives way when the line is too narrow. */
  readonly flexible?: boolean;
  /** The value itself, as JSON and CSV carry it. */
  value(row: Row): string | number | boolean | null;
  /** As a person reads it; the value when absent. */
  text?(row: Row): string;
}

export const FORMATS = ["table", "json", "csv"] as const;
export type Format = (typeof FORMATS)[number];

export function textOf<Row>(column: Column<Row>, row: Row): string {
  const value = column.text === undefined ? column.value(row) : column.text(row);
  return value === null || value === "" ? "–" : String(value);
}
