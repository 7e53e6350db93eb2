import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type EventOf, message, type TopicName, TOPICS } from "@leverframe/contracts";
import type { LogRecord } from "@leverframe/log";
import { type ConfigOverrides, createStageApp, openLog, type StageApp, type StageAppOptions, type StageModules } from "../index";
import { toyRequest } from "./toy-events";

/** A folder for one test's log, and the apps on it, closed together. */
export class ToyPlace {
  readonly dataDir = mkdtempSync(path.join(tmpdir(), "leverframe-nest-"));
  readonly apps: StageApp[] = [];
  readonly logLines: string[] = [];

  async start(modules: StageModules, overrides: ConfigOverrides = {}, options: StageAppOptions = {}): Promise<StageApp> {
    const logDestination = { write: (line: string) => void this.logLines.push(line) };
    const app = await createStageApp(modules, {
      env: {},
      logDestination,
      ...options,
      overrides: { dataDir: this.dataDir, commitEveryMs: 5, drainMsMax: 5_000, ...overrides },
    });
    this.apps.push(app);
    return app;
  }

  async close(): Promise<void> {
    for (const app of this.apps.splice(0).toReversed()) await app.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async send(app: StageApp, ids: readonly string[], application?: string): Promise<void> {
    await app.publisher.publish(ids.map((id) => message("requests", toyRequest(id), application)));
  }

  /** Waits until a topic holds `count` events, and returns them with their records. */
  async read<T extends TopicName>(app: StageApp, topic: T, count: number): Promise<{ event: EventOf<T>; record: LogRecord }[]> {
    const records = await recordsOf(app, app.names.name(topic), count);
    const found = records.map(async (record) => ({ record, event: (await app.codec.decode(TOPICS[topic].schema, record.value!)) as EventOf<T> }));
    return Promise.all(found);
  }
}

/** Every record that the topic holds, once there are at least `count`. */
async function recordsOf(app: StageApp, topic: string, count: number): Promise<readonly LogRecord[]> {
  const log = openLog(app.config);
  const records: LogRecord[] = [];
  let enough: (() => void) | undefined;
  const waited = new Promise<void>((resolve) => (enough = resolve));
  if (count === 0) enough?.();
  const consumer = await log.consume({
    groupId: `reader.${crypto.randomUUID()}`,
    topics: [topic],
    onAssigned: () => {},
    onCrash: () => {},
    onRecords: (batch) => {
      records.push(...batch);
      if (records.length >= count) enough?.();
    },
  });
  await waited;
  await consumer.close();
  await log.close();
  return records;
}

/** Resolves when `met` holds; the test's own time limit is the only one. */
export async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 5));
}
