import { MICROS_PER_MS } from "@leverframe/kernel";
import { type Command, Option } from "commander";
import { presentConfigOf } from "../data-folder";
import type { GlobalOptions } from "../global-options";
import { instant } from "../option-values";
import { type Format, FORMATS } from "../rendering/grid";
import { type CliReport, CLI_REPORTS, reportText } from "../rendering/report-text";
import { withAnalytics } from "../stored-analytics";
import type { Terminal } from "../terminal";

interface ReportOptions extends GlobalOptions {
  readonly since?: Date;
  readonly until?: Date;
  readonly tenant?: string;
  readonly format: Format;
}

const SUMMARIES: Readonly<Record<CliReport, string>> = {
  spend: "What each department spent, and on how many requests.",
  escalations: "How often the first model was not good enough, by kind of task.",
  savings: "What routing saved against the same tokens on the dearest premium model.",
  outcomes: "What a business outcome costs, by department and route: all that was spent over the requests that succeeded. What `feedback` says counts (judged); where it says nothing, that every check passed.",
  "escalation-cost": "What escalation cost and brought: what the first answers that were not good enough cost, what asking on added, and how many requests that rescued.",
  books: "Whether the books agree: what decisions, calls and the ledger's journal say was spent, to the nano-dollar. Budgets round each call up to the micro-dollar.",
};

export function addReport(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  const reports = program.command("report").summary("spend, outcomes, savings, escalations and their cost, and whether the books agree").description("Reports from the analytics store.");
  for (const name of CLI_REPORTS) {
    reports
      .command(name)
      .description(SUMMARIES[name])
      .option("--since <time>", "first moment that counts: 2026-07-01, an ISO time, or how long ago (24h, 7d)", instant)
      .option("--until <time>", "first moment that no longer counts", instant)
      .option("--tenant <name>", "only this one")
      .addOption(new Option("-f, --format <format>", "table, json or csv").choices(FORMATS).default("table"))
      .action(async (_options: unknown, command: Command) => {
        const options = command.optsWithGlobals<ReportOptions>();
        const { since, until, tenant, format } = options;
        const scope = {
          ...(tenant === undefined ? {} : { tenant }),
          ...(since === undefined ? {} : { fromMicros: since.getTime() * MICROS_PER_MS }),
          ...(until === undefined ? {} : { toMicros: until.getTime() * MICROS_PER_MS }),
        };
        const text = await withAnalytics(presentConfigOf(options), (analytics) => reportText(analytics, name, scope, format, terminal.columns));
        if (text === null) terminal.err("nothing to report: no decision is stored for this tenant and period");
        else terminal.out(text);
        finish(0);
      });
  }
}
