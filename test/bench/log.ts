import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Log, openKafkaLog, openSqliteLog, type OutgoingRecord } from "@leverframe/log";
import { startKafka } from "../../deploy/local";
import { type Benchmark, type Metrics, wanted } from "./benchmark";
import { costOf } from "./cost";

const BATCHES = [1, 10, 100] as const;
const RECORD_BYTES = 1_024;
const PARTITIONS = 12;
const READ_RECORDS = 20_000;

export const log: Benchmark = {
  name: "log",
  doc: "append and read a 1 KB record, alone and in batches, on SQLite and on Kafka",
  async run(options) {
    const rows: (string | number)[][] = [];
    const metrics: Metrics = {};
    const measure = async (name: string, opened: Log) => {
      try {
        const topic = `bench.${randomUUID()}`;
        await opened.ensureTopics([{ name: topic, partitions: PARTITIONS }]);
        for (const batch of BATCHES) {
          options.progress(`${name}: append ${batch}`);
          const { cpuMicros, perSecond } = await costOf(batch, options.seconds, () => opened.append(records(topic, batch)));
          rows.push([`${name}: append, ${batch} together`, cpuMicros, perSecond]);
          metrics[`${name}_append_${batch}_us_per_record`] = cpuMicros;
        }
        const read = await reading(opened);
        rows.push([`${name}: read`, read.cpuMicros, read.perSecond]);
        metrics[`${name}_read_us_per_record`] = read.cpuMicros;
      } finally {
        await opened.close();
      }
    };
    const dir = mkdtempSync(path.join(tmpdir(), "leverframe-bench-"));
    try {
      if (wanted(options, "sqlite")) await measure("sqlite", openSqliteLog({ path: path.join(dir, "log.sqlite") }));
      if (wanted(options, "kafka")) {
        const kafka = await startKafka();
        await measure("kafka", openKafkaLog({ brokers: [kafka.bootstrap] })).finally(() => kafka.stop());
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    const notes = ["CPU of this process for one record; with Kafka the broker's own comes on top."];
    return { metrics, tables: [{ title: "The event log (1 KB records, 12 partitions)", columns: ["", "CPU µs", "records/s"], rows, notes }] };
  },
};

function records(topic: string, count: number): OutgoingRecord[] {
  return Array.from({ length: count }, () => ({ topic, key: Buffer.from(randomUUID()), value: Buffer.alloc(RECORD_BYTES, "x") }));
}

/** What a consumer pays for a record when there are many. */
async function reading(opened: Log): Promise<{ readonly cpuMicros: number; readonly perSecond: number }> {
  const topic = `bench.${randomUUID()}`;
  await opened.ensureTopics([{ name: topic, partitions: PARTITIONS }]);
  for (let written = 0; written < READ_RECORDS; written += 500) await opened.append(records(topic, 500));
  const done = Promise.withResolvers<void>();
  let read = 0;
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const consumer = await opened.consume({
    groupId: `bench.${randomUUID()}`,
    topics: [topic],
    onRecords: (batch) => {
      read += batch.length;
      if (read >= READ_RECORDS) done.resolve();
    },
    onAssigned: () => undefined,
    onCrash: done.reject,
  });
  await done.promise;
  const { user, system } = process.cpuUsage(before);
  const perSecond = (read * 1_000) / (performance.now() - startedAt);
  await consumer.close();
  return { cpuMicros: (user + system) / read, perSecond };
}
