import { accountId } from "./account-key";
import { tenantOf } from "./accounts";
import type { Archive, ArchiveResult } from "./archive-terms";
import type { Change, LedgerView } from "./ledger-state";
import type { AccountKey } from "./ledger-store";
import { postingOf } from "./move-amounts";

/** Names one closing of an account, which may come back and be closed again. */
export function archiveIdOf(account: AccountKey, nowMicros: number): string {
  return `${accountId(account).replaceAll("\t", " ")} ${nowMicros}`;
}

/**
 * Closes an account into the journal: its entry takes what is settled off the account, which comes to nothing and leaves
 * the store. So opening + Σ entries = balance stays true of it, it is gone once, and whatever is charged to it later
 * begins at zero. Nothing that is reserved is ever closed, nor an account whose cap somebody changed for a time to come.
 */
export function decideArchive(view: LedgerView, command: Archive): Change<ArchiveResult> {
  const { scope, window, unit, idleMicrosMin, nowMicros } = command;
  const account = { scope, window, unit };
  const forgotten = { idleMark: { account, mark: null } };
  const balance = view.balance(account);
  if (!balance) return { result: { status: "unknown_account" }, ...forgotten };
  const { reserved, settled, changes } = balance;
  if (reserved !== 0 || changes.some(({ untilMicros }) => untilMicros > nowMicros)) return { result: { status: "pending" }, ...forgotten };
  if (idleMicrosMin !== null) {
    const mark = view.idleMark(account);
    if (mark?.settled !== settled) return { result: { status: "in_use" }, idleMark: { account, mark: { settled, sinceMicros: nowMicros } } };
    if (nowMicros - mark.sinceMicros < idleMicrosMin) return { result: { status: "in_use" } };
  }
  const archiveId = archiveIdOf(account, nowMicros);
  return {
    result: { status: "archived", settled },
    ...forgotten,
    closed: account,
    entry: {
      entryId: `${archiveId}.archived`,
      kind: "archived",
      reservationId: archiveId,
      attemptId: null,
      requestId: archiveId,
      tenant: tenantOf(scope),
      amountMicroUsd: unit === "usd" ? settled : 0,
      costNanoUsd: 0n,
      status: "archived",
      postings: [postingOf({ ...balance, settled: 0 }, { reserved: 0, settled: -settled }, nowMicros)],
      override: null,
      atMicros: nowMicros,
    },
  };
}
