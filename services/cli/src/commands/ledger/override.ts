import { AccountBook, type OverrideResult, type PlaceOverride } from "@leverframe/budget";
import { AppError } from "@leverframe/kernel";
import { systemClock } from "@leverframe/nest";
import { type Command, Option } from "commander";
import { configOf, type GlobalOptions } from "../../global-options";
import { policySetOf } from "../../installation";
import { withLedger } from "../../ledger/opened-ledger";
import { type OverrideInput, placeOverride, windowText } from "../../ledger/override-input";
import { Misuse } from "../../misuse";
import { scopeHint } from "../../ledger/scope-name";
import { amountText } from "../../rendering/ledger-columns";
import { sectionText } from "../../rendering/sections";
import { timeText } from "../../rendering/units";
import type { Terminal } from "../../terminal";
import type { Finish } from "./ledger";

type OverrideOptions = GlobalOptions & OverrideInput & { readonly format: "text" | "json" };

export function addLedgerOverride(ledger: Command, terminal: Terminal, finish: Finish): void {
  ledger
    .command("override")
    .summary("raise or lower a cap for a time")
    .description("Changes the cap of one account until a time, for a reason. Who, why and how long stand in the journal; it counts from the next request on, and ends by itself.")
    .requiredOption("--scope <scope>", "department:acme/Sales")
    .requiredOption("--window <window>", "month, day, total, …: the one that is running; or its name, 2026-11")
    .option("--usd <amount>", "dollars more or less: +500, -20.50")
    .option("--tokens <count>", "tokens more or less")
    .option("--requests <count>", "requests more or less")
    .requiredOption("--until <time>", "2026-12-01, an ISO time, or how far ahead (2h, 7d)")
    .requiredOption("--reason <text>", "why; it stands in the journal")
    .option("--from <time>", "not in force before (default: now)")
    .option("--by <name>", "who decided it (default: the user of this computer)")
    .option("--tenant <name>", "whose entry it is (default: the scope's tenant)")
    .option("--id <id>", "the same id and change again is done once (default: a new one)")
    .addOption(new Option("-f, --format <format>", "to read, or JSON for programs").choices(["text", "json"]).default("text"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<OverrideOptions>();
      const { caps } = policySetOf(configOf(options)).budgets;
      const book = new AccountBook(caps);
      const placed = placeOverride(options, book, systemClock.nowMicros());
      const result = await withLedger(options, (opened) => opened.override(placed));
      if (result.status !== "created" && result.status !== "exists") throw refused(result, placed, caps.map(({ scope }) => scope));
      terminal.out(options.format === "json" ? JSON.stringify({ ...result, override: placed }, null, 2) : placedText(placed, result, terminal.columns));
      finish(0);
    });
}

function placedText({ overrideId, scope, window, unit, deltaCap, by, reason, fromMicros, untilMicros }: PlaceOverride, result: Extract<OverrideResult, { cap: number }>, columns: number): string {
  const more = `${deltaCap > 0 ? "+" : "−"}${amountText(unit, Math.abs(deltaCap))}`;
  return sectionText(
    result.status === "exists" ? `Override ${overrideId} is there already` : `Override ${overrideId}`,
    [
      ["account", `${scope}, ${windowText(window)}`],
      ["change", `${more} ${unit === "usd" ? "" : unit}`.trim()],
      ["cap now", amountText(unit, result.cap)],
      ["from", timeText(fromMicros)],
      ["until", timeText(untilMicros)],
      ["by", by],
      ["why", reason],
    ],
    columns,
  );
}

function refused({ status }: OverrideResult, { overrideId, scope, window, unit, untilMicros }: PlaceOverride, scopes: readonly string[]): Error {
  const account = `\`${scope}\` has no cap in ${unit} for \`${window}\``;
  const why: Readonly<Record<string, string>> = {
    exists_with_different_amount: `override \`${overrideId}\` is another change; expected a new id, or the same change`,
    expired_window: `--until is \`${timeText(untilMicros)}\`; expected a time after --from and after now`,
    unknown_scope: `${account}: neither in budgets.yaml nor by a request; there is nothing to raise or lower${scopeHint(scope, scopes)}`,
    too_many_overrides: `\`${scope}\` has as many overrides in force as an account can have; let one end, or change budgets.yaml`,
  };
  if (status === "unknown_scope" || status === "expired_window") return new Misuse(why[status]);
  return new AppError("bad_input", why[status] ?? `the ledger answered \`${status}\``);
}
