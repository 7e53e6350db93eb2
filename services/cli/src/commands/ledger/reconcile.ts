import { AppError, parseUsd } from "@leverframe/kernel";
import { corrections, type InvoiceLine, reconcile, type Reconciliation, type Verdict } from "@leverframe/budget";
import { systemClock } from "@leverframe/nest";
import { type Command, InvalidArgumentError, Option } from "commander";
import { presentConfigOf } from "../../data-folder";
import type { GlobalOptions } from "../../global-options";
import { withInstallation } from "../../installation";
import { chargedCalls, type Period } from "../../ledger/charged-calls";
import { INVOICE_FIELDS, type InvoiceField, readInvoice } from "../../ledger/invoice-file";
import { withLedger } from "../../ledger/opened-ledger";
import { isCalendarTime } from "../../option-values";
import { type Format, FORMATS, type Column } from "../../rendering/grid";
import { RECONCILED_COLUMNS } from "../../rendering/ledger-columns";
import { render } from "../../rendering/render";
import { counted, countText, usdText } from "../../rendering/units";
import type { Terminal } from "../../terminal";
import type { Finish } from "./ledger";

interface ReconcileOptions extends GlobalOptions {
  readonly provider?: string;
  readonly from?: string;
  readonly to?: string;
  readonly tolerance: bigint;
  readonly column: ReadonlyMap<InvoiceField, string>;
  readonly model: ReadonlyMap<string, string>;
  readonly all: boolean;
  readonly settle: boolean;
  readonly format: Format;
}

const TOLERANCE_USD = "0.000001";

export function addLedgerReconcile(ledger: Command, terminal: Terminal, finish: Finish): void {
  ledger
    .command("reconcile")
    .summary("holds a provider's invoice against the journal")
    .description(
      "Compares a provider's invoice or usage export (CSV) with what the journal charged: by the provider's request id where a line has one, else by provider, model and day (UTC). Shows what is priced differently or missing on either side. Exit code 1: something is.",
    )
    .argument("<invoice.csv>", "with a line of headings")
    .option("--provider <name>", "the catalog's name of the provider, for lines that name none")
    .option("--from <day>", "first day of the invoice (default: its first line's)", day)
    .option("--to <day>", "last day of the invoice (default: its last line's)", day)
    .addOption(new Option("--tolerance <usd>", "how far the two may differ on one item: providers round").argParser(usd).default(usd(TOLERANCE_USD), TOLERANCE_USD))
    .addOption(new Option("--column <field=heading>", `the heading of ${INVOICE_FIELDS.join(", ")}, where it is none of the usual; repeatable`).argParser(column).default(new Map(), "none"))
    .addOption(new Option("--model <theirs=ours>", "a model that the provider calls otherwise than the catalog; repeatable").argParser(pair).default(new Map(), "none"))
    .option("--all", "show what matches too", false)
    .option("--settle", "correct charges that did not stand on the provider's count (an unseen end, a broken-off answer) down to what it bills", false)
    .addOption(new Option("-f, --format <format>", "table, json or csv").choices(FORMATS).default("table"))
    .action(async (file: string, _options: unknown, command: Command) => {
      finish(await run(file, command.optsWithGlobals<ReconcileOptions>(), terminal));
    });
}

async function run(file: string, options: ReconcileOptions, terminal: Terminal): Promise<number> {
  const { lines, problems } = readInvoice(file, { provider: options.provider ?? null, columns: options.column, models: options.model });
  problems.forEach((problem) => terminal.err(problem));
  if (lines.length === 0) throw new AppError("bad_input", `\`${file}\` has no line that can be read`);
  const period = periodOf(lines, options);
  const billed = lines.filter((line) => line.day >= period.from && line.day <= period.to);
  const { calls, withoutDecision } = await withInstallation(presentConfigOf(options), (installation) => chargedCalls(installation, period));
  const providers = new Set(billed.map(({ provider }) => provider));
  const result = reconcile(billed, calls.filter(({ provider }) => providers.has(provider)), { toleranceNanoUsd: options.tolerance });
  show(result, period, options, terminal);
  if (options.settle) await settle(result, options, terminal);
  if (withoutDecision > 0) terminal.err(`${counted(withoutDecision, "charged call")} of the journal stand in no decision (yet): whom they went to is not known`);
  return problems.length === 0 && result.totals.matched.items === result.totals.all.items ? 0 : 1;
}

/** The outcomes of calls are kept for some days (`ledger.keepHours`): after that a charge stays as it is. */
async function settle(result: Reconciliation, options: ReconcileOptions, terminal: Terminal): Promise<void> {
  const due = corrections(result, systemClock.nowMicros());
  const statuses = await withLedger(options, async (ledger) => {
    const told: string[] = [];
    for (const one of due) told.push((await ledger.settleLate(one)).status);
    return told;
  });
  const corrected = statuses.filter((status) => status === "late_settled").length;
  terminal.err(`${counted(corrected, "charge")} corrected${corrected === due.length ? "" : `, ${due.length - corrected} can no longer be`}`);
}

/** An invoice speaks of the days from its first line to its last: calls of other days are none of its business. */
function periodOf(lines: readonly InvoiceLine[], { from, to }: ReconcileOptions): Period {
  const days = lines.map((line) => line.day).sort();
  return { from: from ?? days[0]!, to: to ?? days.at(-1)! };
}

function show({ items, totals }: Reconciliation, period: Period, { all, format }: ReconcileOptions, terminal: Terminal): void {
  const shown = items.filter(({ verdict }) => all || format !== "table" || verdict !== "matched");
  if (format !== "table" || shown.length > 0) terminal.out(render(format, RECONCILED_COLUMNS, shown, terminal.columns));
  if (format !== "table") return;
  const rows = (["matched", "priced_differently", "missing_in_journal", "missing_on_invoice", "all"] as const).map((verdict) => ({ verdict, ...totals[verdict] }));
  const heading = `${period.from} to ${period.to}, UTC`;
  terminal.out([...(shown.length > 0 ? [""] : []), heading, render("table", TOTAL_COLUMNS, rows, terminal.columns)].join("\n"));
}

type TotalRow = { readonly verdict: Verdict | "all" } & Reconciliation["totals"]["all"];

const TITLES: Readonly<Record<TotalRow["verdict"], string>> = {
  matched: "matched",
  priced_differently: "priced differently",
  missing_in_journal: "billed, not in the journal",
  missing_on_invoice: "in the journal, not billed",
  all: "all",
};

const money = (title: string, value: (row: TotalRow) => bigint): Column<TotalRow> => ({ name: title, title, align: "right", value: (row) => String(value(row)), text: (row) => usdText(value(row)) });

const TOTAL_COLUMNS: readonly Column<TotalRow>[] = [
  { name: "verdict", title: "", value: ({ verdict }) => TITLES[verdict] },
  { name: "items", title: "items", align: "right", value: ({ items }) => items, text: ({ items }) => countText(items) },
  { name: "calls", title: "calls", align: "right", value: ({ calls }) => calls, text: ({ calls }) => countText(calls) },
  money("invoiced", ({ invoicedNanoUsd }) => invoicedNanoUsd),
  money("charged", ({ chargedNanoUsd }) => chargedNanoUsd),
  money("difference", ({ invoicedNanoUsd, chargedNanoUsd }) => invoicedNanoUsd - chargedNanoUsd),
];

function day(text: string): string {
  if (text.length === "2026-11-21".length && isCalendarTime(text)) return text;
  throw new InvalidArgumentError("Expected a day such as 2026-11-21.");
}

function usd(text: string): bigint {
  const nano = parseUsd(text);
  if (nano !== null) return nano;
  throw new InvalidArgumentError("Expected dollars such as 0.01.");
}

function pair(text: string, known: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, theirs, ours] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (theirs === undefined || ours === undefined) throw new InvalidArgumentError("Expected two names parted by `=`.");
  return new Map(known).set(theirs.trim(), ours.trim());
}

function column(text: string, known: ReadonlyMap<InvoiceField, string>): ReadonlyMap<InvoiceField, string> {
  const [, field, heading] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
  const found = INVOICE_FIELDS.find((name) => name === field);
  if (!found || heading === undefined) throw new InvalidArgumentError(`Expected one of ${INVOICE_FIELDS.join(", ")}, \`=\` and a heading.`);
  return new Map(known).set(found, heading);
}
