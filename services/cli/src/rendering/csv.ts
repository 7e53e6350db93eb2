import type { Column } from "./grid";

/** RFC 4180: a header line, quotes where they are needed. */
export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map((column) => column.value(row)))];
  return lines.map((cells) => cells.map(cell).join(",")).join("\r\n");
}

/** A leading `=`, `+`, `-` or `@` of a text would run as a formula where the file is opened in a spreadsheet. */
const FORMULA = /^[=+@\t-]/;

function cell(value: string | number | boolean | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
