import { AccountBook } from "@leverframe/budget";
import { systemClock } from "@leverframe/nest";
import { scopeFits } from "@leverframe/policy";
import { type BudgetOutlook, budgetOutlook } from "@leverframe/wiring";
import { type Command, Option } from "commander";
import { presentConfigOf } from "../../data-folder";
import type { GlobalOptions } from "../../global-options";
import { policySetOf } from "../../installation";
import { checkScope, scopeHint } from "../../ledger/scope-name";
import { names } from "../../option-values";
import { FORECAST_COLUMNS } from "../../rendering/forecast-columns";
import { type Format, FORMATS } from "../../rendering/grid";
import { render } from "../../rendering/render";
import { withAnalytics } from "../../stored-analytics";
import type { Terminal } from "../../terminal";
import type { Finish } from "./ledger";

interface ForecastOptions extends GlobalOptions {
  readonly scope?: readonly string[];
  readonly format: Format;
}

export function addLedgerForecast(ledger: Command, terminal: Terminal, finish: Finish): void {
  ledger
    .command("forecast")
    .summary("where budgets will stand at the end of their window")
    .description(
      "Projects what is spent to the end of each window, by level, trend, weekdays and month ends of the scope's own history: the middle, the bounds within which it ends four times out of five, and the day on which the cap is reached. It reads the journal as analytics holds it.",
    )
    .option("--scope <scopes>", "only these, parted by commas: department:acme/Sales, team:acme/*; one that is named in full needs no budget", names)
    .addOption(new Option("-f, --format <format>", "table, json or csv").choices(FORMATS).default("table"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ForecastOptions>();
      const [known, unknown] = partedByKnown(await outlooks(options));
      const caps = policySetOf(presentConfigOf(options)).budgets.caps.map(({ scope }) => scope);
      for (const { scope } of unknown) terminal.err(`\`${scope}\` has no budget and spent nothing in this window${scopeHint(scope, caps)}`);
      const rows = options.format === "table" ? known : [...known, ...unknown];
      if (rows.length > 0 || options.format !== "table") terminal.out(render(options.format, FORECAST_COLUMNS, rows, terminal.columns));
      else if (unknown.length === 0) terminal.err("no scope with a budget of a week or longer fits; one without a budget must be named in full");
      finish(0);
    });
}

function outlooks(options: ForecastOptions): Promise<readonly BudgetOutlook[]> {
  const { scope = ["*"] } = options;
  const config = presentConfigOf(options);
  const { caps, timeZoneDefault } = policySetOf(config).budgets;
  const book = new AccountBook(caps, timeZoneDefault);
  const named = scope.filter((name) => !name.includes("*"));
  named.forEach(checkScope);
  return withAnalytics(config, async (analytics) => {
    const rows: BudgetOutlook[] = [];
    for await (const row of budgetOutlook({ analytics, caps, book, nowMicros: systemClock.nowMicros(), fits: (one) => scopeFits(scope, one), named })) rows.push(row);
    return rows;
  });
}

/** Those that something is known about, and those that were named and are perhaps misspelt. */
function partedByKnown(rows: readonly BudgetOutlook[]): [readonly BudgetOutlook[], readonly BudgetOutlook[]] {
  const isKnown = ({ cap, forecast }: BudgetOutlook): boolean => cap !== null || forecast.spent !== 0 || forecast.historyDays > 0;
  return [rows.filter(isKnown), rows.filter((row) => !isKnown(row))];
}
