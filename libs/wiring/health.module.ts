import { hostname } from "node:os";
import path from "node:path";
import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from "@nestjs/common";
import { HEALTH_TERMS, type HealthStore } from "@leverframe/health";
import { openRedisHealthStore, openSqliteHealthStore } from "@leverframe/health-store";
import type { Clock } from "@leverframe/kernel";
import { CLOCK, CONFIG, type Config, configured, LOGGER, type Logger, METRICS, uuidv7 } from "@leverframe/nest";
import type { PolicySource } from "@leverframe/policy-source";
import { FleetHealth } from "./fleet-health";
import { registerHealthMetrics } from "./health-metrics";
import { PolicyModule } from "./policy.module";
import { HEALTH, POLICY } from "./tokens";

/** The health of every deployment, as the whole fleet knows it. */
@Module({
  imports: [PolicyModule],
  providers: [{ provide: HEALTH, useFactory: openHealth, inject: [CONFIG, POLICY, CLOCK, LOGGER] }],
  exports: [HEALTH],
})
export class HealthModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(HEALTH) private readonly health: FleetHealth,
    @Inject(METRICS) metrics: Parameters<typeof registerHealthMetrics>[0],
    @Inject(CLOCK) clock: Clock,
  ) {
    registerHealthMetrics(metrics, health.book, clock);
  }

  onModuleInit(): Promise<void> {
    return this.health.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.health.close();
  }
}

function openHealth(config: Config, policy: PolicySource, clock: Clock, logger: Logger): FleetHealth {
  const { exchangeMs, failuresInRowMax, successRateMin, latencyMsMax, ejectedShareMax, concurrencyMax } = config.health;
  return new FleetHealth({
    store: openHealthStore(config),
    instance: `${hostname()}.${process.pid}.${uuidv7()}`,
    terms: { ...HEALTH_TERMS, failuresInRowMax, successRateMin, latencyMsMax, ejectedShareMax, concurrencyMax },
    clock,
    exchangeMs,
    deployments: () => policy.current().catalog.deployments,
    onError: (err) => logger.warn({ err }, "the health store cannot be reached: this instance goes by what it sees itself"),
  });
}

export function openHealthStore(config: Config): HealthStore {
  if (config.profile === "embedded") return openSqliteHealthStore({ path: path.join(config.dataDir, "health.db") });
  const url = configured(config.redis.url, "redis.url", "`profile` is `cluster` and this process looks at the health of providers");
  return openRedisHealthStore({ url, name: `${config.topicPrefix}leverframe-health` });
}
