import { randomUUID } from "node:crypto";
import { journalFindings, type LedgerSnapshot, snapshotOf } from "@leverframe/budget";
import { AppError } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { type Command, Option } from "commander";
import type { GlobalOptions } from "../../global-options";
import type { Installation } from "../../installation";
import { checkStore } from "../../ledger/check-store";
import { withWhatIsLeft } from "../../ledger/opened-ledger";
import { readSnapshot, writeSnapshot } from "../../ledger/snapshot-file";
import { findingsText } from "../../rendering/ledger-text";
import { counted, countText } from "../../rendering/units";
import type { Terminal } from "../../terminal";
import type { Finish } from "./ledger";

interface RebuildOptions extends GlobalOptions {
  readonly opening?: string;
  readonly to?: string;
  readonly force: boolean;
  readonly format: "text" | "json";
}

interface Rebuilt {
  readonly done: "nothing_to_do" | "restored" | "written" | "journal_unsound";
  readonly entries: number;
  readonly seconds: number;
  readonly snapshot: LedgerSnapshot | null;
  readonly findings: readonly string[];
}

export function addLedgerRebuild(ledger: Command, terminal: Terminal, finish: Finish): void {
  ledger
    .command("rebuild")
    .summary("puts the balances back from the journal")
    .description(
      "Adds the journal up and puts balances, uncleared reservations and overrides into the store, under a new epoch. Stages that were refused by the lost store go on by themselves, except where `redis.epoch` pins the old one. Nothing is done when store and journal agree.",
    )
    .option("--opening <file>", "a snapshot as --to writes it, when the log no longer holds the journal's beginning")
    .option("--to <file>", "write a snapshot to this file, and leave the store as it is")
    .option("--force", "also when store and journal agree, or when the journal has gaps: what is missing stays missing", false)
    .addOption(new Option("-f, --format <format>", "to read, or JSON for programs").choices(["text", "json"]).default("text"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RebuildOptions>();
      const opening = options.opening === undefined ? null : readSnapshot(options.opening);
      const rebuilt = await withWhatIsLeft(options, (opened, installation) => rebuild(opened, installation, opening, options));
      terminal.out(options.format === "json" ? rebuiltJson(rebuilt) : rebuiltText(rebuilt, options));
      finish(rebuilt.done === "journal_unsound" ? 1 : 0);
    });
}

async function rebuild(opened: Ledger, installation: Installation, opening: LedgerSnapshot | null, { to, force }: RebuildOptions): Promise<Rebuilt> {
  const startedAt = performance.now();
  const ended = (done: Rebuilt["done"], entries: number, snapshot: LedgerSnapshot | null, findings: readonly string[]): Rebuilt => {
    return { done, entries, snapshot, findings, seconds: (performance.now() - startedAt) / 1_000 };
  };
  const checked = await checkStore(installation, opened, opening, true);
  const journal = checked.whole!;
  // A store that agrees is left in peace: a rebuild knows nothing of calls under way.
  if (to === undefined && !force && checked.findings.length === 0) return ended("nothing_to_do", journal.entries, null, []);
  const findings = journalFindings(journal);
  if (findings.length > 0 && !force) return ended("journal_unsound", journal.entries, null, findings);
  const snapshot = snapshotOf(journal, randomUUID());
  if (to !== undefined) {
    writeSnapshot(to, snapshot);
    return ended("written", journal.entries, snapshot, findings);
  }
  const restored = await opened.restore(snapshot);
  if (restored.status !== "restored") throw notRestored(restored, snapshot);
  return ended("restored", journal.entries, snapshot, findings);
}

function notRestored(result: Exclude<Awaited<ReturnType<Ledger["restore"]>>, { status: "restored" }>, { sequence }: LedgerSnapshot): AppError {
  if (result.status === "same_epoch") return new AppError("internal", "the new epoch is the old one");
  const message = `the store has written up to entry ${result.sequence}, the journal on the log ends at ${sequence}: a rebuild would take back what is between`;
  return new AppError("unavailable", `${message}; stop the stages, let the budget-ledger send its outbox, and try again`);
}

function rebuiltJson({ done, entries, seconds, snapshot, findings }: Rebuilt): string {
  const { epoch = null, sequence = null, balances = [], reservations = [], overrides = [] } = snapshot ?? {};
  const counts = { accounts: balances.length, reservations: reservations.filter(isOpen).length, overrides: overrides.length };
  return JSON.stringify({ done, entries, seconds, epoch, sequence, ...counts, findings }, null, 2);
}

const isOpen = ({ released, accounts }: LedgerSnapshot["reservations"][number]): boolean => !released || accounts.some(({ open }) => open !== 0);

function rebuiltText({ done, entries, seconds, snapshot, findings }: Rebuilt, { to }: RebuildOptions): string {
  const read = `${countText(entries)} journal entries in ${seconds.toFixed(1)} s`;
  if (done === "nothing_to_do") return `store and journal agree (${read}): nothing to rebuild`;
  if (done === "journal_unsound") return findingsText("the journal cannot be rebuilt from", findings);
  const { balances, reservations, overrides, sequence, epoch } = snapshot!;
  const what = `${counted(balances.length, "account")}, ${counted(reservations.filter(isOpen).length, "open reservation")} and ${counted(overrides.length, "override")} as of entry ${countText(sequence)}`;
  const left = findings.length === 0 ? [] : [findingsText("in spite of", findings)];
  if (done === "written") return [`${what} written to ${to} (${read})`, ...left].join("\n");
  return [`${what} rebuilt (${read})`, `epoch ${epoch}: the stages go on by themselves; where \`redis.epoch\` is set, set it to this one`, ...left].join("\n");
}
