import { type AccountBook, type BudgetAlert, type JournalEntry, type Outbox, budgetAlerts, ledgerEntryOf } from "@leverframe/budget";
import { type AnyMessage, message } from "@leverframe/contracts";
import type { BudgetStatus } from "@leverframe/events";

export interface RelayOptions {
  readonly outbox: Outbox;
  /** The budgets in force, asked for each entry. */
  readonly book: () => AccountBook;
  readonly publish: (messages: readonly AnyMessage[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Pause after a round that did not fill a batch: nobody waits for the journal, and entries that gather share their round trips. */
  readonly pauseMs: number;
}

const BATCH_ENTRIES = 500;
/** Alerts that are remembered; told again beyond it they have the same ids, and whoever hears them knows those. */
const TOLD_MAX = 100_000;

/**
 * Carries journal entries from the store's outbox to the log: read, publish, and only after the log's acknowledgement
 * remove. A crash in between repeats entries under their own ids; it never loses one (I5). Several relays may run.
 */
export class OutboxRelay {
  /** Ids of the alerts that this relay has published since its start. */
  private readonly told = new Set<string>();
  private running: Promise<void> | null = null;
  private stopping = false;
  private wake: () => void = () => undefined;

  constructor(private readonly options: RelayOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Carries what is there, then ends. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    for (;;) {
      const last = this.stopping;
      const carried = await this.carry();
      if (last && carried === 0) return;
      if (carried < BATCH_ENTRIES) await this.pause();
    }
  }

  /** Number of entries carried; an error counts as none and is tried again after the pause. */
  private async carry(): Promise<number> {
    const { outbox, publish, onError } = this.options;
    try {
      const entries = await outbox.read(BATCH_ENTRIES);
      if (entries.length === 0) return 0;
      const alerts = this.alertsOf(entries);
      await publish([...entries.map((entry) => message("ledger-entries", ledgerEntryOf(entry))), ...alerts.map((alert) => message("budget-status", statusOf(alert)))]);
      this.remember(alerts);
      await outbox.acknowledge(entries.map((entry) => entry.entryId));
      return entries.length;
    } catch (error) {
      onError(error);
      return 0;
    }
  }

  /** Of each threshold the first entry that reaches it: after a start all that are reached are told again, under their ids. */
  private alertsOf(entries: readonly JournalEntry[]): readonly BudgetAlert[] {
    const book = this.options.book();
    const found = new Map<string, BudgetAlert>();
    const known = { has: (statusId: string) => this.told.has(statusId) || found.has(statusId) };
    for (const entry of entries) for (const alert of budgetAlerts(entry, book, known)) found.set(alert.statusId, alert);
    return [...found.values()];
  }

  private remember(alerts: readonly BudgetAlert[]): void {
    if (this.told.size > TOLD_MAX) this.told.clear();
    for (const { statusId } of alerts) this.told.add(statusId);
  }

  private pause(): Promise<void> {
    if (this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.options.pauseMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The older fields are of dollars alone. */
function statusOf({ statusId, atMicros, unit, cap, reserved, settled, ...alert }: BudgetAlert): BudgetStatus {
  const dollars = (amount: number) => (unit === "usd" ? amount : 0);
  return {
    ...alert,
    eventId: statusId,
    at: atMicros,
    capMicroUsd: dollars(cap),
    reservedMicroUsd: dollars(reserved),
    settledMicroUsd: dollars(settled),
    kind: "threshold",
    unit,
    cap,
    reserved,
    settled,
    observed: 0,
    expectedLow: 0,
    expectedHigh: 0,
    exhaustedAt: null,
  };
}
