import type { JournalEntry } from "@leverframe/budget";
import { MICROS_PER_MS } from "@leverframe/kernel";
import { systemClock } from "@leverframe/nest";
import { type Command, Option } from "commander";
import { configOf, type GlobalOptions } from "../../global-options";
import { withInstallation } from "../../installation";
import { forEachEntry } from "../../ledger/journal";
import { withLedger } from "../../ledger/opened-ledger";
import { instant, wholeNumber } from "../../option-values";
import { type Format, FORMATS } from "../../rendering/grid";
import { ENTRY_COLUMNS, unclearedColumns } from "../../rendering/ledger-columns";
import { render } from "../../rendering/render";
import { countText } from "../../rendering/units";
import type { Terminal } from "../../terminal";
import type { Finish } from "./ledger";

interface EntriesOptions extends GlobalOptions {
  readonly scope?: string;
  readonly request?: string;
  readonly kind?: string;
  readonly since?: Date;
  readonly last: number;
  readonly uncleared: boolean;
  readonly format: Format;
}

const LAST = 50;
const UNCLEARED_MAX = 10_000;
const KINDS = ["reserved", "refused", "settled", "released", "late_settled", "override", "archived"];

export function addLedgerEntries(ledger: Command, terminal: Terminal, finish: Finish): void {
  ledger
    .command("entries")
    .summary("the journal: what was reserved, settled, released, overridden")
    .description("Shows the newest entries of the journal, as the log holds them: every reservation, refusal, settlement, release and override.")
    .option("--scope <prefix>", "only those that move an account whose scope begins so")
    .option("--request <id>", "only those of this request, or of the reservation or attempt of this id")
    .addOption(new Option("--kind <kind>", "only these").choices(KINDS))
    .option("--since <time>", "first moment that counts: 2026-07-01, an ISO time, or how long ago (24h, 7d)", instant)
    .option("--last <n>", "how many", wholeNumber(1), LAST)
    .option("--uncleared", "the reservations that still hold money, from the store", false)
    .addOption(new Option("-f, --format <format>", "table, json or csv").choices(FORMATS).default("table"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<EntriesOptions>();
      if (options.uncleared) await showUncleared(options, terminal);
      else await showEntries(options, terminal);
      finish(0);
    });
}

async function showEntries(options: EntriesOptions, terminal: Terminal): Promise<void> {
  const newest = new Newest(options.last);
  await withInstallation(configOf(options), (installation) =>
    forEachEntry(installation, (entry) => {
      if (isAsked(entry, options)) newest.add(entry);
    }),
  );
  const entries = newest.inOrder();
  if (entries.length > 0 || options.format !== "table") terminal.out(render(options.format, ENTRY_COLUMNS, entries, terminal.columns));
  else terminal.err("the journal has no such entry");
  if (newest.count > entries.length) terminal.err(`the newest ${countText(entries.length)} of ${countText(newest.count)}; --last shows more`);
}

async function showUncleared(options: EntriesOptions, terminal: Terminal): Promise<void> {
  const now = systemClock.nowMicros();
  const uncleared = await withLedger(options, (opened) => opened.unclearedReservations(now, UNCLEARED_MAX));
  if (uncleared.length > 0 || options.format !== "table") terminal.out(render(options.format, unclearedColumns(now), uncleared, terminal.columns));
  else terminal.err("every reservation is cleared");
}

function isAsked({ kind, atMicros, requestId, reservationId, attemptId, postings, override }: JournalEntry, asked: EntriesOptions): boolean {
  const { scope, request, since } = asked;
  if (asked.kind !== undefined && kind !== asked.kind) return false;
  if (since !== undefined && atMicros < since.getTime() * MICROS_PER_MS) return false;
  if (request !== undefined && ![requestId, reservationId, attemptId].includes(request)) return false;
  if (scope === undefined) return true;
  return postings.some((posting) => posting.scope.startsWith(scope)) || override?.scope.startsWith(scope) === true;
}

/** The entries of the highest sequences, each once, however many there are. */
class Newest {
  private readonly kept = new Map<number, JournalEntry>();
  private lowest = 0;
  count = 0;

  constructor(private readonly max: number) {}

  add(entry: JournalEntry): void {
    if (this.kept.has(entry.sequence)) return;
    this.count += 1;
    if (entry.sequence < this.lowest) return;
    this.kept.set(entry.sequence, entry);
    if (this.kept.size >= 2 * this.max + 1_000) this.trim();
  }

  inOrder(): readonly JournalEntry[] {
    this.trim();
    return [...this.kept.values()].sort((a, b) => a.sequence - b.sequence);
  }

  private trim(): void {
    const sequences = [...this.kept.keys()].sort((a, b) => b - a);
    for (const sequence of sequences.slice(this.max)) this.kept.delete(sequence);
    if (sequences.length > this.max) this.lowest = sequences[this.max - 1]!;
  }
}
