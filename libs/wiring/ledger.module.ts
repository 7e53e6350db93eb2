import path from "node:path";
import { Inject, Module, type OnApplicationShutdown } from "@nestjs/common";
import { type Ledger, openRedisLedger, openSqliteLedger } from "@leverframe/ledger";
import { CONFIG, type Config, configured } from "@leverframe/nest";
import { LEDGER } from "./tokens";

/** The ledger's store by profile: SQLite in the data folder, or Redis. */
@Module({
  providers: [{ provide: LEDGER, useFactory: (config: Config) => openLedger(config), inject: [CONFIG] }],
  exports: [LEDGER],
})
export class LedgerModule implements OnApplicationShutdown {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /** After the transport has drained: handlers in flight need the store until then. */
  onApplicationShutdown(): Promise<void> {
    return this.ledger.close();
  }
}

/** `repair`: to read what is left of a ledger that refuses, and to restore it. */
export async function openLedger(config: Config, { repair = false } = {}): Promise<Ledger> {
  const { keepHours } = config.ledger;
  if (config.profile === "embedded") return openSqliteLedger({ path: path.join(config.dataDir, "ledger.db"), keepHours });
  const url = configured(config.redis.url, "redis.url", "`profile` is `cluster` and this process uses the ledger");
  return openRedisLedger({ url, keepHours, waitReplicas: config.redis.replicasMin, repair });
}
