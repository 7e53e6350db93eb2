import path from "node:path";
import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { type Clock, type Digest, type Hmac, toAppError } from "@leverframe/kernel";
import { CLOCK, CONFIG, type Config, configured, DIGEST, HMAC, LOGGER, type Logger, METRICS, PUBLISHER, type Publisher } from "@leverframe/nest";
import { POLICY, PolicyModule, type PolicySource } from "@leverframe/wiring";
import { alertCounter } from "./alert-metrics";
import { ChannelBook } from "./channel-book";
import { ChannelRest } from "./channels/channel-rest";
import { Dispatcher } from "./dispatcher";
import { NotifierHandler } from "./notifier.handler";
import type { DeliveryRegister } from "./register/delivery-register";
import { RedisRegister } from "./register/redis-register";
import { SqliteRegister } from "./register/sqlite-register";
import { CHANNEL_BOOK, DELIVERY_REGISTER, DISPATCHER, SPEND_WATCH } from "./tokens";
import { type AnalyticsAtHand, RunningEngine, serverAnalytics } from "./watch/running-analytics";
import { SpendWatch } from "./watch/spend-watch";

const HOUR_MS = 3_600_000;
const MICROS_PER_MS = 1_000;

@Module({
  imports: [PolicyModule],
  controllers: [NotifierHandler],
  providers: [
    { provide: DELIVERY_REGISTER, useFactory: openRegister, inject: [CONFIG, CLOCK] },
    { provide: CHANNEL_BOOK, useFactory: openChannels, inject: [CONFIG, HMAC, DIGEST, CLOCK, LOGGER, POLICY] },
    {
      provide: DISPATCHER,
      useFactory: (register: DeliveryRegister, clock: Clock, config: Config, registry: Parameters<typeof alertCounter>[0], policy: PolicySource) =>
        new Dispatcher({
          register,
          rest: new ChannelRest(() => clock.nowMicros() / MICROS_PER_MS),
          clock,
          horizonMs: config.notifier.horizonHours * HOUR_MS,
          counted: alertCounter(registry, () => policy.current().alerts.channels.keys()),
        }),
      inject: [DELIVERY_REGISTER, CLOCK, CONFIG, METRICS, POLICY],
    },
    { provide: SPEND_WATCH, useFactory: openWatch, inject: [CONFIG, POLICY, PUBLISHER, CLOCK, LOGGER] },
  ],
})
export class NotifierModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(DELIVERY_REGISTER) private readonly register: DeliveryRegister,
    @Inject(SPEND_WATCH) private readonly watch: OpenWatch | null,
  ) {}

  onApplicationBootstrap(): void {
    this.watch?.watch.start();
  }

  /** After the transport has drained. */
  async onApplicationShutdown(): Promise<void> {
    await this.watch?.watch.stop();
    await this.watch?.analytics.close();
    await this.register.close();
  }
}

interface OpenWatch {
  readonly watch: SpendWatch;
  readonly analytics: AnalyticsAtHand;
}

function openRegister(config: Config, clock: Clock): DeliveryRegister {
  const { keepDays } = config.notifier;
  if (config.profile === "embedded") return new SqliteRegister(path.join(config.dataDir, "notifier.db"), keepDays, clock);
  const url = configured(config.redis.url, "redis.url", "`profile` is `cluster` and this process delivers alerts");
  return new RedisRegister(url, config.topicPrefix, keepDays);
}

/** Every channel of the set is opened now: one that lacks its address or key ends the start, as any other missing setting does. */
function openChannels(config: Config, hmac: Hmac, digest: Digest, clock: Clock, logger: Logger, policy: PolicySource): ChannelBook {
  const book = new ChannelBook({ config, environment: process.env, hmac, digest, clock, logger });
  book.check(policy.current().alerts);
  return book;
}

/** Null: nobody is to look, or there is no analytics to look at. */
function openWatch(config: Config, policy: PolicySource, publisher: Publisher, clock: Clock, logger: Logger): OpenWatch | null {
  const { watchMs } = config.notifier;
  if (watchMs === 0) return null;
  const analytics = analyticsOf(config);
  if (analytics === null) {
    logger.warn("`clickhouse.url` is not set: nobody looks for unusual spend and forecasts");
    return null;
  }
  const watch = new SpendWatch({
    analytics: () => analytics.current(),
    policy,
    publish: (messages) => publisher.publish(messages),
    clock,
    watchMs,
    onError: onceEach((err) => logger.warn({ err }, "nobody could look for unusual spend and forecasts")),
    onTooMany: (scopes) => logger.warn({ scopes }, "more scopes than can be looked at for unusual spend: name fewer in alerts.yaml"),
  });
  return { watch, analytics };
}

function analyticsOf({ profile, dataDir, clickhouse }: Config): AnalyticsAtHand | null {
  if (profile === "embedded") return new RunningEngine(dataDir);
  return clickhouse.url === null ? null : serverAnalytics(clickhouse.url);
}

/** Analytics that stays away is asked again and again: its error is worth a line when it is another one. */
function onceEach(report: (error: unknown) => void): (error: unknown) => void {
  let last = "";
  return (error) => {
    const { message } = toAppError(error);
    if (message !== last) report(error);
    last = message;
  };
}
