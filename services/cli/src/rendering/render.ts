import { csvText } from "./csv";
import type { Column, Format } from "./grid";
import { tableText } from "./table";

/** The rows in the asked format: a table to read, CSV, or a JSON array. */
export function render<Row>(format: Format, columns: readonly Column<Row>[], rows: readonly Row[], columnsMax: number): string {
  if (format === "csv") return csvText(columns, rows);
  if (format === "table") return tableText(columns, rows, columnsMax);
  return JSON.stringify(rows.map((row) => Object.fromEntries(columns.map((column) => [column.name, column.value(row)]))), null, 2);
}
