import { systemClock } from "@leverframe/nest";
import { type Command, Option } from "commander";
import type { GlobalOptions } from "../../global-options";
import { withWhatIsLeft } from "../../ledger/opened-ledger";
import { checkScope, scopeHint } from "../../ledger/scope-name";
import { type Format, FORMATS } from "../../rendering/grid";
import { BALANCE_COLUMNS, balanceRow, type BalanceRow } from "../../rendering/ledger-columns";
import { render } from "../../rendering/render";
import type { Terminal } from "../../terminal";
import type { Finish } from "./ledger";

interface BalanceOptions extends GlobalOptions {
  readonly scope: string;
  readonly window?: string;
  readonly format: Format;
}

export function addLedgerBalance(ledger: Command, terminal: Terminal, finish: Finish): void {
  ledger
    .command("balance")
    .summary("what is spent, held and left")
    .description("Shows the accounts of the ledger: what is settled, what calls under way hold in reserve, the cap in force with its overrides, and what is left.")
    .option("--scope <prefix>", "only scopes that begin so: tenant:acme, department:acme/", "")
    .option("--window <name>", "only this window: 2026-11, 2026-11-21, total")
    .addOption(new Option("-f, --format <format>", "table, json or csv").choices(FORMATS).default("table"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<BalanceOptions>();
      checkScope(options.scope);
      const [rows, hint] = await withWhatIsLeft(options, async (opened) => {
        const now = systemClock.nowMicros();
        const found = (await opened.balances(options.scope)).map((balance) => balanceRow(balance, now));
        return [found, found.length > 0 ? "" : scopeHint(options.scope, (await opened.balances("")).map(({ scope }) => scope))] as const;
      });
      const shown = rows.filter(({ window }) => options.window === undefined || window === options.window).sort(inOrder);
      if (shown.length > 0 || options.format !== "table") terminal.out(render(options.format, BALANCE_COLUMNS, shown, terminal.columns));
      else terminal.err(`no account has anything on it yet, for this scope and window${hint}`);
      finish(0);
    });
}

/** The newest window first, and within it as an organisation is drawn. */
function inOrder(a: BalanceRow, b: BalanceRow): number {
  return compare(b.window, a.window) || rank(a) - rank(b) || compare(a.scope, b.scope) || compare(a.unit, b.unit);
}

const KINDS = ["company", "tenant", "department", "team", "user"];
const rank = ({ scope }: BalanceRow): number => (KINDS.indexOf(scope.slice(0, scope.indexOf(":"))) + KINDS.length + 1) % (KINDS.length + 1);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
