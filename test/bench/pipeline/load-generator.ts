import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log, LogConsumer, LogRecord, OutgoingRecord } from "@leverframe/log";
import { quantile } from "../statistics";

export interface Answered {
  readonly answered: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const LATE_MS_MAX = 30_000;

/** Writes records to one topic and awaits, by key, those that come out of another. Times are from append to arrival. */
export class LoadGenerator {
  private readonly sentAt = new Map<string, number>();
  private readonly latenciesMs: number[] = [];
  /** Since the beginning. */
  answered = 0;
  private consumer: LogConsumer | undefined;
  private onAnswer: () => void = () => undefined;
  private failure: unknown;

  private constructor(
    private readonly log: Log,
    private readonly recordOf: (key: string) => OutgoingRecord,
    private readonly check: (record: LogRecord) => void,
    private readonly newKey: () => string,
  ) {}

  static async open(
    log: Log,
    answers: string,
    recordOf: (key: string) => OutgoingRecord,
    options: { readonly check?: (record: LogRecord) => void; readonly newKey?: () => string } = {},
  ): Promise<LoadGenerator> {
    const generator = new LoadGenerator(log, recordOf, options.check ?? (() => undefined), options.newKey ?? randomUUID);
    const joined = Promise.withResolvers<void>();
    generator.consumer = await log.consume({
      groupId: `bench.${randomUUID()}`,
      topics: [answers],
      onRecords: (records) => generator.receive(records),
      onAssigned: () => joined.resolve(),
      onCrash: (error) => (generator.failure = error),
    });
    await joined.promise;
    return generator;
  }

  /** Keeps `inFlight` requests under way for the time given, then awaits those that are left. */
  async closedLoop(inFlight: number, seconds: number): Promise<Answered> {
    return this.measured(async (until) => {
      const top = () => {
        if (performance.now() < until) this.send(inFlight - this.sentAt.size);
      };
      this.onAnswer = top;
      top();
      await this.untilTime(until);
    }, seconds);
  }

  /** One request every 1/rate seconds, whether answered or not. */
  async openLoop(perSecond: number, seconds: number): Promise<Answered> {
    return this.measured(async (until) => {
      const startedAt = performance.now();
      for (let sent = 0; performance.now() < until; sent++) {
        const wait = startedAt + (sent * 1_000) / perSecond - performance.now();
        if (wait > 0) await sleep(wait);
        this.send(1);
      }
    }, seconds);
  }

  async close(): Promise<void> {
    await this.consumer?.close();
    await this.log.close();
  }

  private async measured(drive: (until: number) => Promise<void>, seconds: number): Promise<Answered> {
    this.latenciesMs.length = 0;
    const startedAt = performance.now();
    await drive(startedAt + seconds * 1_000);
    const elapsedMs = performance.now() - startedAt;
    // Throughput counts what came within the time; the rest only has to come.
    const answered = this.latenciesMs.length;
    this.onAnswer = () => undefined;
    const giveUpAt = performance.now() + LATE_MS_MAX;
    while (this.sentAt.size > 0) {
      if (performance.now() > giveUpAt) throw new Error(`${this.sentAt.size} requests have no answer after ${LATE_MS_MAX} ms`);
      this.refuseFailure();
      await sleep(5);
    }
    return { answered, elapsedMs, p50Ms: quantile(this.latenciesMs, 0.5), p99Ms: quantile(this.latenciesMs, 0.99) };
  }

  private async untilTime(until: number): Promise<void> {
    while (performance.now() < until) {
      this.refuseFailure();
      await sleep(Math.min(200, Math.max(1, until - performance.now())));
    }
  }

  private send(count: number): void {
    if (count <= 0) return;
    const records: OutgoingRecord[] = [];
    const now = performance.now();
    for (let made = 0; made < count; made++) {
      const key = this.newKey();
      this.sentAt.set(key, now);
      records.push(this.recordOf(key));
    }
    this.log.append(records).catch((error: unknown) => (this.failure = error));
  }

  private receive(records: readonly LogRecord[]): void {
    const now = performance.now();
    for (const record of records) {
      const key = Buffer.from(record.key ?? []).toString();
      const sentAt = this.sentAt.get(key);
      if (sentAt === undefined) continue;
      this.sentAt.delete(key);
      this.latenciesMs.push(now - sentAt);
      this.answered++;
      this.check(record);
    }
    this.onAnswer();
  }

  private refuseFailure(): void {
    if (this.failure) throw this.failure;
  }
}
