import type { DeferredStore, WaitingRequest } from "@leverframe/deferral";
import { systemClock } from "@leverframe/nest";
import { type Command, Option } from "commander";
import type { GlobalOptions } from "../../global-options";
import { withWhatIsLeft } from "../../ledger/opened-ledger";
import { deferredColumns } from "../../rendering/deferred-columns";
import { type Format, FORMATS } from "../../rendering/grid";
import { render } from "../../rendering/render";
import type { Terminal } from "../../terminal";
import type { Finish } from "./ledger";

interface DeferredOptions extends GlobalOptions {
  readonly scope: string;
  readonly format: Format;
}

/** Of one lane: the first of its line. */
const REQUESTS_MAX = 1_000;

export function addLedgerDeferred(ledger: Command, terminal: Terminal, finish: Finish): void {
  ledger
    .command("deferred")
    .summary("the requests that wait for budget or capacity")
    .description("Shows who waits instead of having been refused: for what, since when, until when at most, in the order in which they will go on.")
    .option("--scope <text>", "only those that wait for this: department:acme/Sales, capacity", "")
    .addOption(new Option("-f, --format <format>", "table, json or csv").choices(FORMATS).default("table"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<DeferredOptions>();
      const rows = await withWhatIsLeft(options, ({ deferred }) => linesOf(deferred, options.scope));
      if (rows.length > 0 || options.format !== "table") terminal.out(render(options.format, deferredColumns(systemClock.nowMicros()), rows, terminal.columns));
      else terminal.err("nobody waits");
      finish(0);
    });
}

async function linesOf(deferred: DeferredStore, scope: string): Promise<readonly WaitingRequest[]> {
  const lanes = (await deferred.lanes()).filter((lane) => lane.includes(scope));
  return (await Promise.all(lanes.map((lane) => deferred.line(lane, REQUESTS_MAX)))).flat();
}
