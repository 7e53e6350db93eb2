export * from "./ledger";
export { openSqliteLedger, type SqliteLedgerOptions } from "./sqlite/sqlite-ledger";
export { openRedisLedger, type RedisLedger, type RedisLedgerOptions } from "./redis/redis-ledger";
