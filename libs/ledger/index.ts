export * from "./ledger";
export { openSqliteLedger, type SqliteLedgerOptions } from "./sqlite/sqlite-ledger";
