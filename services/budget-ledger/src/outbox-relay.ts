import { type AccountBook, type BudgetAlert, type JournalEntry, type Outbox, budgetAlerts } from "@leverframe/budget";
import { type AnyMessage, message } from "@leverframe/contracts";
import type { BudgetStatus, LedgerEntry } from "@leverframe/events";

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

/**
 * Carries journal entries from the store's outbox to the log: read, publish, and only after the log's acknowledgement
 * remove. A crash in between repeats entries under their own ids; it never loses one (I5). Several relays may run.
 */
export class OutboxRelay {
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
      await publish(entries.flatMap((entry) => this.messagesOf(entry)));
      await outbox.acknowledge(entries.map((entry) => entry.entryId));
      return entries.length;
    } catch (error) {
      onError(error);
      return 0;
    }
  }

  private messagesOf(entry: JournalEntry): AnyMessage[] {
    const alerts = budgetAlerts(entry, this.options.book());
    return [message("ledger-entries", ledgerEntryOf(entry)), ...alerts.map((alert) => message("budget-status", statusOf(alert)))];
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

function ledgerEntryOf({ atMicros, ...entry }: JournalEntry): LedgerEntry {
  return { ...entry, at: atMicros };
}

function statusOf({ statusId, atMicros, ...alert }: BudgetAlert): BudgetStatus {
  return { ...alert, eventId: statusId, at: atMicros };
}
