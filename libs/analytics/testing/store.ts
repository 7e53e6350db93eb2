import { openAnalytics, type Analytics } from "../client";
import { migrate } from "../migrate";
import { REPORTS, type ReportName } from "../queries";
import type { RecordPosition } from "../rows/ingested-row";
import type { TableRows } from "../rows/row";
import { NOON_MICROS } from "./fixture";

/** One way to have ClickHouse, as the conformance suite needs it. */
export interface TestStore {
  /** Where a new connection goes. */
  address(): { readonly url: string } | { readonly path: string };
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** After `kill`: there again, with the same data. */
  recover(): Promise<void>;
  stop(): Promise<void>;
}

export interface StoreFeatures {
  /** Whether it stays away after `kill` until `recover`; else the written reason why it does not. */
  readonly staysDown: true | string;
}

let databases = 0;

/** A connection to a migrated database of its own. */
export async function freshDatabase(store: TestStore): Promise<Analytics> {
  const analytics = openAnalytics({ ...store.address(), database: `test_${process.pid}_${++databases}` });
  await migrate(analytics);
  return analytics;
}

/** Inserts without a batcher, table by table. */
export async function put(analytics: Analytics, ...rows: readonly (readonly TableRows[])[]): Promise<void> {
  const byTable = new Map<string, string[]>();
  for (const one of rows.flat()) {
    const lines = byTable.get(one.table) ?? [];
    byTable.set(one.table, [...lines, ...one.rows.map((row) => JSON.stringify(row))]);
  }
  for (const [table, lines] of byTable) await analytics.insert(table, lines);
}

export const positionAt = (offset: bigint, over: Partial<RecordPosition> = {}): RecordPosition => ({
  topic: "decisions",
  partition: 0,
  offset,
  timestampMicros: NOON_MICROS,
  ...over,
});

const EXACT_VIEWS = ["decisions", "attempts", "ledger_entries", "postings", "feedback", "budget_status", "spend_per_hour", "ingested", "policy_changes", "reviews"];

/** What every view says, but for when rows were stored. */
export async function everyView(analytics: Analytics): Promise<Readonly<Record<string, unknown>>> {
  const views: [string, unknown][] = [];
  for (const name of Object.keys(REPORTS) as ReportName[]) views.push([name, await analytics.query(`SELECT * FROM ${name}`)]);
  for (const name of EXACT_VIEWS) views.push([name, await analytics.query(`SELECT * EXCEPT (stored_at) FROM ${name} ORDER BY ALL`)]);
  return Object.fromEntries(views);
}
