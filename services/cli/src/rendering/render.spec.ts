import type { Column } from "./grid";
import { render } from "./render";
import { tableText } from "./table";

interface Row {
  readonly name: string | null;
  readonly cost: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: "name", title: "who", flexible: true, value: ({ name }) => name },
  { name: "costUsd", title: "cost", align: "right", value: ({ cost }) => cost, text: ({ cost }) => `$${cost.toFixed(2)}` },
];
const ROWS: readonly Row[] = [{ name: 'R&D, "labs"', cost: 1.5 }, { name: null, cost: 10 }];

describe("render", () => {
  test("a table has titles, a rule, right-aligned money and a dash for what is not there", () => {
    expect(render("table", COLUMNS, ROWS, 80).split("\n")).toEqual([
      "who            cost",
      "───────────  ──────",
      'R&D, "labs"   $1.50',
      "–            $10.00",
    ]);
  });

  test("a table cuts the flexible column, never another, to the width, and keeps one line a row", () => {
    const lines = tableText(COLUMNS, [{ name: "a very long name\nwith a second line", cost: 12_345 }], 30).split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe("a very long name w…  $12345.00");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(30);
  });

  test("control characters of an answer do not reach the terminal", () => {
    expect(tableText(COLUMNS, [{ name: "a\u001b[31mb\u0007c", cost: 1 }], 80)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test("JSON and CSV carry the same values, not the text of the table", () => {
    expect(JSON.parse(render("json", COLUMNS, ROWS, 80))).toEqual([{ name: 'R&D, "labs"', costUsd: 1.5 }, { name: null, costUsd: 10 }]);
    expect(render("csv", COLUMNS, ROWS, 80)).toBe('name,costUsd\r\n"R&D, ""labs""",1.5\r\n,10');
  });

  test("no rows: CSV keeps its header, JSON is an empty list", () => {
    expect(render("csv", COLUMNS, [], 80)).toBe("name,costUsd");
    expect(render("json", COLUMNS, [], 80)).toBe("[]");
  });

  test("a text that a spreadsheet would run as a formula is disarmed in CSV", () => {
    expect(render("csv", COLUMNS, [{ name: "=HYPERLINK(1)", cost: -1 }], 80)).toBe("name,costUsd\r\n'=HYPERLINK(1),-1");
  });
});
