import { AppError } from "@leverframe/kernel";
import { Redis } from "ioredis";
import type { DeliveryRegister } from "./delivery-register";

const TIMEOUT_MS = 5_000;
const RECONNECT_MS_MAX = 1_000;
const DISCONNECT_MS_MAX = 200;
const DAY_SECONDS = 86_400;

/** One set of channel names for each alert, which the server forgets by itself. */
export class RedisRegister implements DeliveryRegister {
  readonly #redis: Redis;
  #lastError: Error | null = null;

  constructor(url: string, private readonly prefix: string, private readonly keepDays: number) {
    this.#redis = new Redis(url, {
      lazyConnect: true,
      commandTimeout: TIMEOUT_MS,
      connectTimeout: TIMEOUT_MS,
      disconnectTimeout: DISCONNECT_MS_MAX,
      retryStrategy: (times) => Math.min(times * 50, RECONNECT_MS_MAX),
    });
    // Each command reports its own failure; unheard, ioredis would print every reconnect.
    this.#redis.on("error", (error: Error) => (this.#lastError = error));
  }

  async deliveredTo(alertId: string): Promise<ReadonlySet<string>> {
    return new Set(await this.#asked(() => this.#redis.smembers(this.#key(alertId))));
  }

  async delivered(alertId: string, channel: string): Promise<void> {
    const key = this.#key(alertId);
    await this.#asked(async () => {
      const replies = await this.#redis.multi().sadd(key, channel).expire(key, this.keepDays * DAY_SECONDS).exec();
      const failed = replies?.find(([error]) => error !== null)?.[0];
      if (failed) throw failed;
    });
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  #key(alertId: string): string {
    return `${this.prefix}leverframe.notifier:v1:${alertId}`;
  }

  async #asked<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (thrown) {
      throw new AppError("unavailable", "the register of deliveries cannot be reached", { cause: this.#lastError ?? thrown });
    }
  }
}
