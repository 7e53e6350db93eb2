import { type Command, Option } from "commander";
import { configOf, type GlobalOptions } from "../global-options";
import { policySetOf } from "../installation";
import { instant } from "../option-values";
import { CATALOG_COLUMNS, priceNotes } from "../rendering/catalog-columns";
import { type Format, FORMATS } from "../rendering/grid";
import { render } from "../rendering/render";
import type { Terminal } from "../terminal";

interface CatalogOptions extends GlobalOptions {
  readonly format: Format;
  readonly at?: Date;
}

export function addCatalog(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command("catalog")
    .summary("list deployments: what they can do and cost")
    .description("The deployments of the catalog: capabilities, limits, data terms, versions, and prices in dollars per million tokens.")
    .option("--at <time>", "the prices of another moment, such as 2026-07-01", instant)
    .addOption(new Option("-f, --format <format>", "table, json or csv").choices(FORMATS).default("table"))
    .action((_options: unknown, command: Command) => {
      list(command.optsWithGlobals<CatalogOptions>(), terminal);
      finish(0);
    });
}

function list(options: CatalogOptions, terminal: Terminal): void {
  const { catalog } = policySetOf(configOf(options));
  const atMicros = (options.at ?? new Date()).getTime() * 1_000;
  const rows = catalog.deployments.map((deployment) => ({ deployment, atMicros }));
  terminal.out(render(options.format, CATALOG_COLUMNS, rows, terminal.columns));
  const notes = rows.flatMap(priceNotes);
  if (options.format === "table" && notes.length > 0) terminal.out(["", ...notes].join("\n"));
}
