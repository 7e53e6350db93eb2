import type { DatabaseSync } from "node:sqlite";
import type { AccountsPage, LedgerCounts } from "@leverframe/budget";
import { type BalanceRow, balanceFrom } from "./sqlite-state";

/** In the order of their keys, from behind the one that the cursor names. */
export function readAccounts(db: DatabaseSync, cursor: string | null, countMax: number): AccountsPage {
  const after = cursor === null ? ["", "", ""] : (JSON.parse(cursor) as string[]);
  const rows = db
    .prepare("SELECT * FROM balances WHERE (scope, window, unit) > (?, ?, ?) ORDER BY scope, window, unit LIMIT ?")
    .all(...after, countMax) as unknown as BalanceRow[];
  const last = rows.length < countMax ? undefined : rows.at(-1);
  return { accounts: rows.map(balanceFrom), next: last ? JSON.stringify([last.scope, last.window, last.unit]) : null };
}

export function countRows(db: DatabaseSync): LedgerCounts {
  const sql = "SELECT (SELECT count(*) FROM balances) AS accounts, (SELECT count(*) FROM reservations) + (SELECT count(*) FROM answers) AS records";
  const { accounts, records } = db.prepare(sql).get() as unknown as LedgerCounts;
  return { accounts, records };
}
