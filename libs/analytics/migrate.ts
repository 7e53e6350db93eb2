import { createHash } from "node:crypto";
import { AppError } from "@leverframe/kernel";
import { type Analytics, identifier } from "./client";
import { type Migration, MIGRATIONS } from "./migrations";
import { VIEWS } from "./views";

const HISTORY = `CREATE TABLE IF NOT EXISTS migrations
  (version UInt32, name String, checksum String, applied_at DateTime DEFAULT now())
  ENGINE = ReplacingMergeTree ORDER BY version`;

/**
 * Brings the database to this version of the code: what is missing of the history, then every view anew. Safe to repeat
 * and to run from several processes at once: ClickHouse has no lock to take, so every statement leaves the same behind
 * when it runs twice. Versions that this code does not know are left alone (a newer process migrated before us).
 * `bad_config` when a migration differs from what was applied, before anything is changed; `unavailable` when
 * ClickHouse is.
 */
export async function migrate(analytics: Analytics, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  await analytics.command(`CREATE DATABASE IF NOT EXISTS ${identifier(analytics.database)}`, { outside: true });
  await analytics.command(HISTORY);
  const applied = await appliedChecksums(analytics);
  for (const { version, name, sql } of migrations) {
    const known = applied.get(version);
    if (known !== undefined && known !== checksumOf(sql)) {
      const what = `migration ${version} (\`${name}\`) differs from the one applied to database \`${analytics.database}\``;
      throw new AppError("bad_config", `${what}, expected an unchanged history and a new migration at its end`);
    }
  }
  const missing = migrations.filter(({ version }) => !applied.has(version));
  for (const { sql } of missing) await analytics.command(sql);
  // Only now: a process that ends before this repeats statements that change nothing.
  const lines = missing.map(({ version, name, sql }) => JSON.stringify({ version, name, checksum: checksumOf(sql) }));
  if (lines.length > 0) await analytics.insert("migrations", lines);
  for (const views of VIEWS) {
    await Promise.all(views.map(({ name, sql }) => analytics.command(`CREATE OR REPLACE VIEW ${identifier(name)} AS\n${sql}`)));
  }
}

async function appliedChecksums(analytics: Analytics): Promise<ReadonlyMap<number, string>> {
  const rows = await analytics.query("SELECT version, checksum FROM migrations FINAL");
  return new Map(rows.map((row) => [Number(row.version), String(row.checksum)]));
}

const checksumOf = (sql: string): string => createHash("sha256").update(sql).digest("hex");
