import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Analytics, openAnalytics } from "@leverframe/analytics";
import type { Installation } from "./installation";

const POLL_MS = 100;
/** However busy the machine is. */
const WITHIN_MS = 120_000;

/** The installation's analytics: the cluster's ClickHouse, or the engine on its data folder. */
export function analyticsOf({ env, dataDir }: Pick<Installation, "env" | "dataDir">): Analytics {
  const url = env["LEVERFRAME_CLICKHOUSE_URL"];
  return openAnalytics(url === undefined ? { path: path.join(dataDir, "analytics") } : { url });
}

/** Request ids of the decisions among `requestIds` that are rows after dedupe; waits until there are as many as asked, or gives what there is. */
export async function decisionRowsOf(installation: Installation, requestIds: readonly string[], withinMs = WITHIN_MS): Promise<readonly string[]> {
  const analytics = analyticsOf(installation);
  const wanted = new Set(requestIds);
  const deadline = Date.now() + withinMs;
  try {
    for (;;) {
      const rows = await analytics.query("SELECT request_id FROM decisions").catch((error: unknown) => {
        if (Date.now() > deadline) throw error;
        return [];
      });
      const found = rows.map((row) => String(row["request_id"])).filter((requestId) => wanted.has(requestId));
      if (found.length >= wanted.size || Date.now() > deadline) return found;
      await sleep(POLL_MS);
    }
  } finally {
    await analytics.close();
  }
}
