import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { type EventCodec, TopicNames } from "@leverframe/contracts";
import type { Log } from "@leverframe/log";
import { APPLICATIONS, type Broadcast, broadcast, CODEC, CONFIG, type Config, LOG, LOGGER, type Logger } from "@leverframe/nest";
import { Cancellations } from "./cancellations";

/** Every executor hears of every cancellation: nobody knows which of them carries the request out, or will. */
@Injectable()
export class CancellationFeed implements OnApplicationBootstrap, OnApplicationShutdown {
  private feed: Broadcast | null = null;

  constructor(
    @Inject(Cancellations) private readonly cancellations: Cancellations,
    @Inject(LOG) private readonly log: Log,
    @Inject(CODEC) private readonly codec: EventCodec,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(APPLICATIONS) private readonly applications: readonly string[],
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const { log, codec, applications, logger } = this;
    const names = new TopicNames(this.config.topicPrefix);
    this.feed = broadcast("cancellations", "executor", { log, codec, names, applications, logger }, (event, application) => {
      this.cancellations.take(event, application);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.feed?.close();
  }
}
