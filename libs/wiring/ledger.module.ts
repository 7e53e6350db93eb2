import path from "node:path";
import { Inject, Module, type OnApplicationShutdown } from "@nestjs/common";
import { type Ledger, openRedisLedger, openSqliteLedger } from "@leverframe/ledger";
import { CONFIG, type Config, configured, LOGGER, type Logger } from "@leverframe/nest";
import { LEDGER } from "./tokens";

/** The ledger's store by profile: SQLite in the data folder, or Redis. */
@Module({
  providers: [{ provide: LEDGER, useFactory: openStagesLedger, inject: [CONFIG, LOGGER] }],
  exports: [LEDGER],
})
export class LedgerModule implements OnApplicationShutdown {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /** After the transport has drained: handlers in flight need the store until then. */
  onApplicationShutdown(): Promise<void> {
    return this.ledger.close();
  }
}

/** Tells the epoch, so that an operator can pin it (`redis.epoch`). */
async function openStagesLedger(config: Config, logger: Logger): Promise<Ledger> {
  const ledger = await openLedger(config, { onWarning: (message) => logger.warn(message) });
  if ("epoch" in ledger) logger.info({ epoch: ledger.epoch }, "the ledger's store is open");
  return ledger;
}

export interface OpenLedgerOptions {
  /** To read what is left of a ledger that refuses, and to restore it. */
  readonly repair?: boolean;
  /** About a server that may forget what it answered. */
  readonly onWarning?: (message: string) => void;
}

/** The ledger that the configuration names. */
export async function openLedger(config: Config, { repair = false, onWarning }: OpenLedgerOptions = {}): Promise<Ledger> {
  const { keepHours } = config.ledger;
  if (config.profile === "embedded") return openSqliteLedger({ path: path.join(config.dataDir, "ledger.db"), keepHours });
  const url = configured(config.redis.url, "redis.url", "`profile` is `cluster` and this process uses the ledger");
  const { epoch, durability, replicasMin: waitReplicas } = config.redis;
  return openRedisLedger({ url, keepHours, waitReplicas, durability, repair, ...(epoch === null ? {} : { epoch }), ...(onWarning ? { onWarning } : {}) });
}
