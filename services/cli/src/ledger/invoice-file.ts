import type { InvoiceLine } from "@leverframe/budget";
import { AppError, type NanoUsd, parseUsd, toAppError } from "@leverframe/kernel";
import { parse } from "csv-parse/sync";
import { inputFile } from "../input-file";

/** What is read of a line, and the headings that providers give it. */
export const INVOICE_FIELDS = ["provider", "request", "model", "day", "cost"] as const;
export type InvoiceField = (typeof INVOICE_FIELDS)[number];

const HEADINGS: Readonly<Record<InvoiceField, readonly string[]>> = {
  provider: ["provider", "vendor"],
  request: ["provider_request_id", "request_id", "id"],
  model: ["model", "model_name", "snapshot_id", "sku"],
  day: ["day", "date", "usage_date", "timestamp", "created_at", "start_time", "usage_start_time"],
  cost: ["cost_usd", "cost", "amount_usd", "amount", "cost_in_usd", "total_cost"],
};

export interface InvoiceOptions {
  /** Of lines that name none. */
  readonly provider: string | null;
  /** Headings of this file that are none of the known ones. */
  readonly columns: ReadonlyMap<InvoiceField, string>;
  /** The catalog's names of models that the provider calls otherwise. */
  readonly models: ReadonlyMap<string, string>;
}

export interface ReadInvoice {
  readonly lines: readonly InvoiceLine[];
  /** Lines that cannot be read, each as `file:line: why`. */
  readonly problems: readonly string[];
}

/** Reads a provider's invoice or usage export: CSV with a line of headings. `bad_input` when it is none. */
export function readInvoice(file: string, options: InvoiceOptions): ReadInvoice {
  const rows = rowsOf(file);
  const headings = rows[0]?.cells ?? [];
  const columns = columnsOf(file, headings, options);
  const lines: InvoiceLine[] = [];
  const problems: string[] = [];
  for (const { cells, line } of rows.slice(1)) {
    const read = invoiceLine((field) => cells[columns[field]]?.trim() ?? "", line, options);
    if (typeof read === "string") problems.push(`${file}:${line}: ${read}`);
    else lines.push(read);
  }
  return { lines, problems };
}

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

function rowsOf(file: string): readonly Row[] {
  const bytes = inputFile(file);
  if (bytes.length === 0) throw new AppError("bad_input", `\`${file}\` is empty, expected a line of headings`);
  try {
    const parsed = parse(bytes, { bom: true, info: true, skip_empty_lines: true, relax_column_count: true, trim: true });
    return (parsed as unknown as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (cause) {
    throw new AppError("bad_input", `\`${file}\` is no CSV file: ${toAppError(cause).message}`, { cause });
  }
}

/** Index of each field's column; one that is not there has none. */
function columnsOf(file: string, headings: readonly string[], { columns, provider }: InvoiceOptions): Record<InvoiceField, number> {
  const lower = headings.map((heading) => heading.toLowerCase().replaceAll(/[\s-]+/g, "_"));
  const found = {} as Record<InvoiceField, number>;
  for (const field of INVOICE_FIELDS) {
    const given = columns.get(field);
    found[field] = given === undefined ? firstOf(lower, HEADINGS[field]) : headings.indexOf(given);
    const isNeeded = field === "cost" || field === "day" || (field === "provider" && provider === null);
    if (found[field] >= 0 || (given === undefined && !isNeeded)) continue;
    const expected = given === undefined ? HEADINGS[field].map((name) => `\`${name}\``).join(", ") : `\`${given}\``;
    const hint = field === "provider" ? "; or name it with --provider" : `; or say which with --column ${field}=<heading>`;
    throw new AppError("bad_input", `\`${file}\` has no column of the ${field}: its headings are ${headings.map((name) => `\`${name}\``).join(", ")}, expected ${expected}${hint}`);
  }
  return found;
}

const firstOf = (headings: readonly string[], known: readonly string[]): number => {
  const name = known.find((one) => headings.includes(one));
  return name === undefined ? -1 : headings.indexOf(name);
};

/** The line, or what is wrong with it. */
function invoiceLine(cell: (field: InvoiceField) => string, line: number, { provider, models }: InvoiceOptions): InvoiceLine | string {
  const day = dayOf(cell("day"));
  if (day === null) return `the day is \`${cell("day")}\`; expected one such as \`2026-11-21\` or a time in UTC`;
  const costNanoUsd = costOf(cell("cost"));
  if (costNanoUsd === null) return `the cost is \`${cell("cost")}\`; expected dollars such as \`12.345\``;
  const named = cell("provider") || provider;
  if (!named) return "names no provider";
  const model = cell("model") || null;
  return { line, provider: named, providerRequestId: cell("request") || null, model: model && (models.get(model) ?? model), day, costNanoUsd };
}

/** `2026-11-21`, an ISO time, or seconds since the epoch; null when it is none of them. */
function dayOf(text: string): string | null {
  const micros = /^\d{10}$/.test(text) ? Number(text) * 1_000 : /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(micros) ? null : new Date(micros).toISOString().slice(0, "2026-11-21".length);
}

/** Nano-dollars; what providers write beyond them is rounded. Credits are negative. */
function costOf(text: string): NanoUsd | null {
  const match = /^(-?)\$?(-?)([\d,]+(?:\.\d+)?|\.\d+)(?:e(-?\d{1,2}))?$/i.exec(text);
  if (!match) return null;
  const [, before, after, digits = "", exponent] = match;
  const plain = exponent === undefined ? digits : Number(`${digits.replaceAll(",", "")}e${exponent}`).toFixed(12);
  const [whole = "", fraction = ""] = plain.split(".");
  const nano = parseUsd(`${whole || "0"}.${fraction.slice(0, 9).padEnd(9, "0")}`);
  if (nano === null) return null;
  const rounded = nano + (Number(fraction[9] ?? 0) >= 5 ? 1n : 0n);
  return before || after ? -rounded : rounded;
}
