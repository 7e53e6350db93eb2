import { randomUUID } from "node:crypto";
import { AppError } from "@leverframe/kernel";
import type { ConsumerOptions, Log, LogConsumer, OutgoingRecord, PartitionOffset, TopicSpec } from "../log";
import { ProduceBatcher } from "../produce-batcher";
import { Database, type Durability } from "./database";
import { GroupStore } from "./group-store";
import { RecordStore } from "./record-store";
import { Retention } from "./retention";
import { SqliteConsumer } from "./sqlite-consumer";

export interface SqliteLogOptions {
  /** Of the log file; `-wal` and `-shm` files appear beside it. Must be on a local disk. */
  readonly path: string;
  readonly durability?: Durability;
  /** A member that is silent for this long loses its partitions. */
  readonly leaseMs?: number;
  /** How long a statement waits for another process's write. */
  readonly busyMsMax?: number;
  readonly retentionEveryMs?: number;
  readonly nowMicros?: () => number;
}

const POLL_MS_MIN = 5;
const POLL_MS_MAX = 50;

export function openSqliteLog(options: SqliteLogOptions): Log {
  return new SqliteLog(options);
}

/** The log in one file. Processes that open the same path share records, groups and commits. */
export class SqliteLog implements Log {
  private readonly database: Database;
  private readonly records: RecordStore;
  private readonly groups: GroupStore;
  private readonly batcher: ProduceBatcher;
  private readonly consumers = new Set<SqliteConsumer>();
  private readonly leaseMs: number;
  private readonly dataVersionRows: () => (readonly [number])[];
  private readonly retention: Retention;
  private readonly retentionTimer: NodeJS.Timeout;
  private dataVersion = 0;
  private ends = new Map<number, number>();
  private pollTimer: NodeJS.Timeout | undefined;
  private pollMs = POLL_MS_MAX;
  private closed = false;

  constructor(options: SqliteLogOptions) {
    const nowMicros = options.nowMicros ?? machineMicros;
    this.leaseMs = options.leaseMs ?? 10_000;
    this.database = new Database(options.path, options.durability ?? "normal", options.busyMsMax ?? 5_000);
    this.records = new RecordStore(this.database, nowMicros);
    this.groups = new GroupStore(this.database, this.records, this.leaseMs);
    this.dataVersionRows = this.database.rows<readonly [number]>("PRAGMA data_version");
    this.batcher = new ProduceBatcher({
      send: (records) => this.write(records),
      batchRecordsMax: 1_000,
      batchBytesMax: 4 << 20,
      waitingRecordsMax: 100_000,
    });
    this.retention = new Retention(this.database, nowMicros);
    // A file that is busy now is free at the next round.
    this.retentionTimer = setInterval(() => void this.removeExpired().catch(() => 0), options.retentionEveryMs ?? 60_000);
    this.retentionTimer.unref();
  }

  append(records: readonly OutgoingRecord[]): Promise<void> {
    return this.batcher.append(records);
  }

  async consume(options: ConsumerOptions): Promise<LogConsumer> {
    this.refuseIfClosed();
    this.ends = this.records.ends();
    const consumer: SqliteConsumer = new SqliteConsumer(
      options,
      randomUUID(),
      this.groups,
      this.records,
      () => this.ends,
      Math.max(10, Math.floor(this.leaseMs / 3)),
      () => {
        this.consumers.delete(consumer);
        setImmediate(() => this.checkMembers());
      },
    );
    this.consumers.add(consumer);
    this.checkMembers();
    this.schedulePoll();
    return consumer;
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.refuseIfClosed();
    const before = this.records.ends().size;
    this.records.ensureTopics(topics);
    if (this.records.ends().size > before) this.groups.rebalanceAll();
    this.checkMembers();
  }

  async endOffsets(topic: string): Promise<readonly PartitionOffset[]> {
    this.refuseIfClosed();
    return this.records.endOffsets(topic);
  }

  async committed(groupId: string, topic: string): Promise<readonly PartitionOffset[]> {
    this.refuseIfClosed();
    return this.groups.committed(groupId, topic);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.pollTimer);
    clearInterval(this.retentionTimer);
    await this.batcher.close();
    for (const consumer of [...this.consumers]) await consumer.close();
    this.database.close();
  }

  /** What else happens every `retentionEveryMs`. */
  async removeExpired(): Promise<void> {
    await this.retention.run();
  }

  private write(records: readonly OutgoingRecord[]): void {
    for (const [id, end] of this.records.append(records)) this.ends.set(id, Math.max(end, this.ends.get(id) ?? 0));
    for (const consumer of this.consumers) consumer.wake();
  }

  /**
   * Other processes are noticed by SQLite's data_version, which changes with any commit of another connection and costs
   * under 1 µs to read. Often while they write, every 50 ms when all is quiet.
   */
  private schedulePoll(): void {
    if (this.closed || this.pollTimer !== undefined || this.consumers.size === 0) return;
    this.pollTimer = setTimeout(() => {
      this.pollTimer = undefined;
      this.pollMs = this.poll() ? POLL_MS_MIN : Math.min(POLL_MS_MAX, this.pollMs * 1.5);
      this.schedulePoll();
    }, this.pollMs);
  }

  private poll(): boolean {
    const version = this.dataVersionRows()[0]![0];
    if (version === this.dataVersion) return false;
    this.dataVersion = version;
    this.ends = this.records.ends();
    this.checkMembers();
    for (const consumer of this.consumers) consumer.wake();
    return true;
  }

  private checkMembers(): void {
    for (const consumer of this.consumers) consumer.check();
  }

  private refuseIfClosed(): void {
    if (this.closed) throw new AppError("unavailable", "the log is closed");
  }
}

/** Follows corrections of the machine's clock, which the finer monotonic one does not: deadlines are reckoned from it. */
function machineMicros(): number {
  return Date.now() * 1_000;
}
