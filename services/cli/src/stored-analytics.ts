import { type Analytics, migrate } from "@leverframe/analytics";
import { openConfiguredAnalytics } from "@leverframe/analytics-sink";
import { AppError } from "@leverframe/kernel";
import type { Config } from "@leverframe/nest";

/**
 * The analytics store of the configured profile, for as long as `use` runs. The embedded one may be empty still, so its
 * tables are created; a server is left as it is, because whoever reads reports need not have the right to change it.
 */
export async function withAnalytics<T>(config: Config, use: (analytics: Analytics) => Promise<T>): Promise<T> {
  const analytics = openConfiguredAnalytics(config);
  try {
    if (config.profile === "embedded") await migrate(analytics);
    return await use(analytics);
  } catch (thrown) {
    if (thrown instanceof AppError && /\bUNKNOWN_(?:DATABASE|TABLE)\b/.test(thrown.message)) {
      throw new AppError("unavailable", "analytics has no tables of this installation yet: the analytics-sink makes them when it starts", { cause: thrown });
    }
    throw thrown;
  } finally {
    await analytics.close();
  }
}
