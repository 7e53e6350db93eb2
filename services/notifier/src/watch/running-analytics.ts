import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Analytics, openAnalytics } from "@leverframe/analytics";
import { AppError } from "@leverframe/kernel";

/** Where analytics can be asked now; throws `unavailable` where it cannot. */
export interface AnalyticsAtHand {
  current(): Promise<Analytics>;
  close(): Promise<void>;
}

export function serverAnalytics(url: string): AnalyticsAtHand {
  const analytics = openAnalytics({ url });
  return { current: () => Promise.resolve(analytics), close: () => analytics.close() };
}

/**
 * The engine of the embedded profile while somebody else runs it: whoever only wants to look now and then starts none,
 * which would take 300 MB and end with this process.
 */
export class RunningEngine implements AnalyticsAtHand {
  #open: { readonly url: string; readonly analytics: Analytics } | null = null;

  constructor(private readonly dataDir: string) {}

  async current(): Promise<Analytics> {
    const url = await this.#advertised();
    if (this.#open?.url === url) return this.#open.analytics;
    await this.#open?.analytics.close();
    this.#open = { url, analytics: openAnalytics({ url }) };
    return this.#open.analytics;
  }

  async close(): Promise<void> {
    await this.#open?.analytics.close();
  }

  async #advertised(): Promise<string> {
    const file = path.join(this.dataDir, "analytics.url");
    const text = await readFile(file, "utf8").catch((cause: unknown) => {
      throw new AppError("unavailable", "no analytics engine runs on the data folder", { cause });
    });
    return text.trim();
  }
}
