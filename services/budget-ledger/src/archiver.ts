import { type AccountRetention, archiveTerm, type Balance } from "@leverframe/budget";
import type { Clock } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { PeriodicLook } from "./periodic-look";

export interface ArchiverOptions {
  readonly ledger: Pick<Ledger, "accountsFrom" | "archive">;
  readonly clock: Clock;
  readonly retention: AccountRetention;
  readonly periodMs: number;
  readonly onArchived: (account: Balance) => void;
  readonly onError: (error: unknown) => void;
}

/** Of one look: a walk through many accounts takes several. */
const ACCOUNTS_MAX = 2_000;
const PAGE = 500;
/** Closings under way at once: they share flushes, and leave the store to those who pay. */
const AT_ONCE = 20;

/**
 * Closes accounts that are of no more use in the store: their windows are long over, or nothing has been charged to them
 * for long (agent runs). One look goes a bounded part of the way through all accounts, the next goes on from there.
 * Several processes may look at once, and die while they do: the ledger closes each account in one step, once.
 */
export class Archiver extends PeriodicLook {
  private cursor: string | null = null;

  constructor(private readonly options: ArchiverOptions) {
    super(options.periodMs, options.onError);
  }

  protected async lookOnce(): Promise<void> {
    const { ledger } = this.options;
    for (let seen = 0; seen < ACCOUNTS_MAX && !this.stopped; ) {
      const { accounts, next } = await ledger.accountsFrom(this.cursor, PAGE);
      for (let index = 0; index < accounts.length; index += AT_ONCE) {
        if (this.stopped) return;
        await Promise.all(accounts.slice(index, index + AT_ONCE).map((account) => this.archive(account)));
      }
      this.cursor = next;
      if (next === null) return;
      seen += accounts.length;
    }
  }

  /** Asks only about those whose time may have come; the ledger decides by what it has at that moment. */
  private async archive(account: Balance): Promise<void> {
    const { ledger, clock, retention, onArchived } = this.options;
    const nowMicros = clock.nowMicros();
    const term = archiveTerm(account, retention);
    if (term === null || account.reserved > 0 || ("fromMicros" in term && nowMicros < term.fromMicros)) return;
    const { scope, window, unit } = account;
    const idleMicrosMin = "idleMicrosMin" in term ? term.idleMicrosMin : null;
    const { status } = await ledger.archive({ scope, window, unit, idleMicrosMin, nowMicros });
    if (status === "archived") onArchived(account);
  }
}
