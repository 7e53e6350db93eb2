export { openRedisHealthStore, type RedisHealthStoreOptions } from "./redis-health-store";
export { openSqliteHealthStore, type SqliteHealthStoreOptions } from "./sqlite-health-store";
