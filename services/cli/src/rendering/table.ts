import Table from "cli-table3";
import { type Column, textOf } from "./grid";
import { oneLine } from "./printable";

const GAP = "  ";
const FLEXIBLE_CHARACTERS_MIN = 12;

/** Lines without boxes: a title row, a rule, the rows. Long texts of the flexible column are cut to the terminal's width. */
export function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[], columnsMax: number): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(textOf(column, row))));
  const titles = columns.map(({ title }) => title);
  const widths = widthsOf(columns, [titles, ...cells], columnsMax);
  const none = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" };
  const table = new Table({
    chars: { ...none, left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: GAP },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: columns.map(({ align = "left" }) => align),
  });
  table.push(titles, widths.map((width) => "─".repeat(width)), ...cells.map((row) => row.map((cell, index) => cut(cell, widths[index]!))));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

function widthsOf<Row>(columns: readonly Column<Row>[], rows: readonly (readonly string[])[], columnsMax: number): number[] {
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)));
  const total = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1);
  const flexible = columns.findIndex((column) => column.flexible);
  if (flexible < 0 || total <= columnsMax) return widths;
  widths[flexible] = Math.max(FLEXIBLE_CHARACTERS_MIN, widths[flexible]! - (total - columnsMax));
  return widths;
}

export function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, Math.max(0, charactersMax - 1))}…`;
}
