import path from "node:path";
import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from "@nestjs/common";
import { type Analytics, AnalyticsWriter, openAnalytics } from "@leverframe/analytics";
import { toAppError } from "@leverframe/kernel";
import { CONFIG, type Config, configured, LOGGER, type Logger } from "@leverframe/nest";
import { PolicyModule } from "@leverframe/wiring";
import { AnalyticsSinkHandler } from "./analytics-sink.handler";
import { ANALYTICS, ANALYTICS_WRITER } from "./tokens";

/** ClickHouse by profile: its engine on the data folder, or a server. The policy set says which tenant an application's feedback is about. */
@Module({
  imports: [PolicyModule],
  controllers: [AnalyticsSinkHandler],
  providers: [
    { provide: ANALYTICS, useFactory: openConfiguredAnalytics, inject: [CONFIG] },
    { provide: ANALYTICS_WRITER, useFactory: (analytics: Analytics) => new AnalyticsWriter(analytics), inject: [ANALYTICS] },
  ],
})
export class AnalyticsSinkModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(ANALYTICS) private readonly analytics: Analytics,
    @Inject(ANALYTICS_WRITER) private readonly writer: AnalyticsWriter,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** ClickHouse may come later: records wait in the log until then. What never heals by itself ends the start. */
  async onModuleInit(): Promise<void> {
    try {
      await this.writer.ready();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!error.retryable) throw error;
      this.logger.warn({ err: error }, "analytics cannot be reached yet, records wait");
    }
  }

  /** After the transport has drained. */
  async onApplicationShutdown(): Promise<void> {
    await this.writer.close();
    await this.analytics.close();
  }
}

/** The analytics of a configuration; for readers (reports) as for the sink. Opens nothing until it is asked. */
export function openConfiguredAnalytics(config: Config): Analytics {
  if (config.profile === "embedded") return openAnalytics({ path: path.join(config.dataDir, "analytics") });
  return openAnalytics({ url: configured(config.clickhouse.url, "clickhouse.url", "`profile` is `cluster` and this process uses the analytics") });
}
