import Table3 from "cli-table3";
import type { Table } from "./benchmark";
import { rounded } from "./statistics";

const text = (cell: string | number): string => (typeof cell === "string" ? cell : Number.isNaN(cell) ? "–" : String(rounded(cell)));

export function printed({ title, columns, rows, notes = [] }: Table): string {
  const table = new Table3({
    head: [...columns],
    colAligns: columns.map((_, index) => (index === 0 ? "left" : "right")),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map(text));
  return [`\n${title}`, table.toString(), ...notes.map((note) => `  ${note}`)].join("\n");
}
