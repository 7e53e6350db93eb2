import { type Command, Option } from "commander";
import type { GlobalOptions } from "../../global-options";
import { type CheckedStore, checkStore } from "../../ledger/check-store";
import { withWhatIsLeft } from "../../ledger/opened-ledger";
import { readSnapshot } from "../../ledger/snapshot-file";
import { findingsText } from "../../rendering/ledger-text";
import { counted, countText } from "../../rendering/units";
import type { Terminal } from "../../terminal";
import type { Finish } from "./ledger";

interface VerifyOptions extends GlobalOptions {
  readonly opening?: string;
  readonly format: "text" | "json";
}

export function addLedgerVerify(ledger: Command, terminal: Terminal, finish: Finish): void {
  ledger
    .command("verify")
    .summary("proves that journal and balances agree")
    .description(
      "Adds the whole journal up and compares: no entry is missing, on every account opening + entries = balance, each entry follows from the one before, reservations clear to zero, every override was journaled. Requests may go on meanwhile. Exit code 1: they do not agree.",
    )
    .option("--opening <file>", "a snapshot as `rebuild --to` writes it, when the log no longer holds the journal's beginning")
    .addOption(new Option("-f, --format <format>", "to read, or JSON for programs").choices(["text", "json"]).default("text"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<VerifyOptions>();
      const opening = options.opening === undefined ? null : readSnapshot(options.opening);
      const checked = await withWhatIsLeft(options, (opened, installation) => checkStore(installation, opened, opening));
      terminal.out(options.format === "json" ? JSON.stringify(checkedJson(checked), null, 2) : checkedText(checked, opening?.sequence ?? 0));
      finish(checked.findings.length > 0 ? 1 : 0);
    });
}

const checkedJson = ({ picture, journal, findings }: CheckedStore) => ({
  agree: findings.length === 0,
  findings,
  entries: journal.entries,
  sequence: journal.sequence,
  accounts: picture.balances.length,
  uncleared: picture.uncleared.count,
  overrides: picture.overrides.length,
});

function checkedText({ picture, journal, findings }: CheckedStore, openingSequence: number): string {
  if (findings.length > 0) return findingsText("journal and store do not agree", findings);
  const { count } = picture.uncleared;
  const from = openingSequence > 0 ? `from entry ${countText(openingSequence + 1)} to` : "up to";
  return [
    `journal and store agree: ${counted(journal.entries, "entry").replace(/entrys$/, "entries")} ${from} ${countText(journal.sequence)}, ${counted(picture.balances.length, "account")}`,
    "opening + entries = balance on every account; no entry is missing; each follows from the one before",
    count === 0 ? "every reservation cleared to zero" : `${counted(count, "reservation")} not cleared yet hold exactly what is reserved`,
    picture.overrides.length === 0 ? "no override is in force" : `${counted(picture.overrides.length, "override")} in the store ${picture.overrides.length === 1 ? "stands" : "stand"} in the journal`,
  ].join("\n");
}
