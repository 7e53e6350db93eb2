import { AppError, toAppError } from "@leverframe/kernel";
import type { LogConsumer, LogRecord, TopicPartition } from "../log";
import { Assignment, type Item, type PartitionWork } from "./assignment";
import { Carefulness } from "./carefulness";
import { RecordProcessor } from "./record-processor";
import type { StageRuntimeOptions } from "./stage-runtime-options";

export interface StageRuntimeState {
  /** Started and neither draining nor crashed. */
  readonly running: boolean;
  /** Assigned (perhaps to no partition, when others hold them all) and running. */
  readonly ready: boolean;
  readonly assigned: readonly TopicPartition[];
  readonly inFlight: number;
  /** Received and not ended, those in flight included. */
  readonly buffered: number;
}

/** After aborting what did not end in time, how long to wait for it to notice. */
const ABORT_GRACE_MS = 500;

/**
 * Runs one stage on any log: many records in flight, each offset completed only when the record's outputs are durable,
 * and committed only up to the first incomplete one (at-least-once). The semantics of Confluent's Parallel Consumer.
 */
export class StageRuntime {
  private readonly windowRecordsMax: number;
  private readonly spanRecordsMax: number;
  private readonly processor: RecordProcessor;
  private readonly carefulness: Carefulness;
  private consumer: LogConsumer | undefined;
  private assignment: Assignment | undefined;
  private commitTimer: NodeJS.Timeout | undefined;
  private committing: Promise<void> = Promise.resolve();
  private inFlight = 0;
  private stopping = false;
  private crashed = false;
  private draining: Promise<void> | undefined;
  private whenIdle: (() => void) | undefined;

  constructor(private readonly options: StageRuntimeOptions) {
    if (!Number.isInteger(options.concurrencyMax) || options.concurrencyMax < 1) {
      throw new AppError("bad_config", `concurrencyMax is \`${options.concurrencyMax}\`, expected a whole number from 1`);
    }
    this.windowRecordsMax = options.windowRecordsMax ?? Math.max(256, options.concurrencyMax * 4);
    this.spanRecordsMax = options.spanRecordsMax ?? 10_000;
    this.processor = new RecordProcessor(options, () => this.stopping);
    this.carefulness = new Carefulness(options.groupId, options.crashGuard, this.windowRecordsMax);
  }

  async start(): Promise<void> {
    const { log, groupId, topics, commitEveryMs = 1_000 } = this.options;
    this.consumer = await log.consume({
      groupId,
      topics,
      onRecords: (records, epoch) => this.onRecords(records, epoch),
      onAssigned: (partitions, epoch) => this.onAssigned(partitions, epoch),
      onCrash: (error) => this.crash(error),
    });
    // Records may have come in before there was a consumer to pause.
    const full = [...(this.assignment?.all() ?? [])].filter((work) => work.paused);
    if (full.length > 0) this.consumer.pause(full);
    this.commitTimer = setInterval(() => void this.commit(), commitEveryMs);
  }

  /** Takes nothing new, waits for what is in flight (bounded), commits, leaves the group. Idempotent. */
  drain(): Promise<void> {
    this.draining ??= this.stop();
    return this.draining;
  }

  get state(): StageRuntimeState {
    const running = this.consumer !== undefined && !this.stopping && !this.crashed;
    return {
      running,
      ready: running && this.assignment !== undefined,
      assigned: this.assignment?.partitions ?? [],
      inFlight: this.inFlight,
      buffered: this.assignment?.buffered ?? 0,
    };
  }

  /** Records not yet committed by the group, over all topics of the stage. */
  async lag(): Promise<number> {
    const { log, groupId, topics } = this.options;
    let lag = 0n;
    for (const topic of topics) {
      const [ends, committed] = await Promise.all([log.endOffsets(topic), log.committed(groupId, topic)]);
      const byPartition = new Map(committed.map(({ partition, offset }) => [partition, offset]));
      for (const { partition, offset } of ends) lag += offset - (byPartition.get(partition) ?? 0n);
    }
    return Number(lag);
  }

  private onAssigned(partitions: readonly TopicPartition[], epoch: number): void {
    this.assignment?.revoke();
    this.assignment = new Assignment(epoch, partitions);
    this.carefulness.reset();
  }

  private onRecords(records: readonly LogRecord[], epoch: number): void {
    const { assignment } = this;
    const [first] = records;
    if (assignment === undefined || first === undefined || epoch !== assignment.epoch || this.stopping) return;
    let work = assignment.workOf(first.topic, first.partition);
    if (work === undefined) return;
    const { last } = work.tracker;
    if (last !== undefined && first.offset <= last) work = assignment.renew(work);
    this.carefulness.arrived(work, first.offset);
    for (const record of records) {
      const lane = this.laneOf(record);
      const item: Item = { record, work, ticket: work.tracker.track(record.offset), lane, assignment };
      if (assignment.lanes.enter(lane, item)) assignment.ready.push(item);
    }
    assignment.buffered += records.length;
    this.pauseWhatIsFull(assignment, work);
    this.pump();
  }

  private laneOf(record: LogRecord): string | null {
    try {
      return this.options.laneOf?.(record) ?? null;
    } catch {
      return null;
    }
  }

  private pump(): void {
    const { assignment } = this;
    if (assignment === undefined) return;
    const limit = this.carefulness.active ? 1 : this.options.concurrencyMax;
    while (this.inFlight < limit && !this.stopping) {
      const item = assignment.ready.shift();
      if (item === undefined) return;
      this.run(item);
    }
  }

  private run(item: Item): void {
    this.inFlight++;
    this.options.observer?.inFlight?.(this.inFlight);
    const poison = this.carefulness.starting(item.work, item.record.offset);
    this.processor.process(item, poison).then(
      (completed) => this.settle(item, completed),
      (error: Error) => {
        // The record stays incomplete, so nothing is lost; but its partition can't be committed past it.
        this.settle(item, false);
        this.options.onCrash?.(error);
      },
    );
  }

  private settle(item: Item, completed: boolean): void {
    const { assignment, work } = item;
    this.inFlight--;
    this.options.observer?.inFlight?.(this.inFlight);
    assignment.buffered--;
    if (completed && !work.revoked) work.tracker.complete(item.ticket);
    const next = assignment.lanes.release(item.lane);
    if (next !== undefined) assignment.ready.push(next);
    if (assignment.pausedPartitions > 0) this.resumeWhatHasRoom(assignment);
    if (this.inFlight === 0) this.whenIdle?.();
    if (this.carefulness.active && completed) void this.commit().then(() => this.pump());
    else this.pump();
  }

  private pauseWhatIsFull(assignment: Assignment, received: PartitionWork): void {
    const full: PartitionWork[] = [];
    if (assignment.buffered >= this.windowRecordsMax) {
      for (const work of assignment.all()) if (!work.paused) full.push(work);
    } else if (received.tracker.span >= this.spanRecordsMax && !received.paused) full.push(received);
    if (full.length === 0) return;
    for (const work of full) work.paused = true;
    assignment.pausedPartitions += full.length;
    this.consumer?.pause(full);
  }

  /** At half of each limit, so that pause and resume don't alternate with every record. */
  private resumeWhatHasRoom(assignment: Assignment): void {
    if (assignment !== this.assignment || this.stopping || assignment.buffered * 2 > this.windowRecordsMax) return;
    const free: PartitionWork[] = [];
    for (const work of assignment.all()) if (work.paused && work.tracker.span * 2 <= this.spanRecordsMax) free.push(work);
    if (free.length === 0) return;
    for (const work of free) work.paused = false;
    assignment.pausedPartitions -= free.length;
    this.consumer?.resume(free);
  }

  /** One after the other: a commit that overtook another could take the group back. */
  private commit(): Promise<void> {
    this.committing = this.committing.then(() => this.commitNow());
    return this.committing;
  }

  private async commitNow(): Promise<void> {
    const { assignment, consumer } = this;
    const found = assignment?.committable() ?? [];
    if (assignment === undefined || consumer === undefined || found.length === 0) return;
    const offsets = found.map(({ offset }) => offset);
    try {
      await consumer.commit(offsets, assignment.epoch);
    } catch (thrown) {
      this.options.observer?.commitFailed?.(toAppError(thrown));
      return;
    }
    for (const { work, offset } of found) {
      work.committedTo = offset.offset;
      this.carefulness.progressed(work);
    }
    this.options.observer?.committed?.(offsets);
  }

  private async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.commitTimer);
    const { assignment, consumer } = this;
    if (consumer === undefined) return;
    if (assignment !== undefined) {
      consumer.pause(assignment.partitions);
      assignment.beImpatient();
      if (!(await this.idleWithin(this.options.drainMsMax ?? 10_000))) {
        assignment.abort();
        await this.idleWithin(ABORT_GRACE_MS);
      }
      await this.commit();
      assignment.revoke();
    }
    await consumer.close();
  }

  private async idleWithin(ms: number): Promise<boolean> {
    if (this.inFlight === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
    const idle = new Promise<boolean>((resolve) => (this.whenIdle = () => resolve(true)));
    const result = await Promise.race([idle, late]);
    clearTimeout(timer);
    return result;
  }

  private crash(error: Error): void {
    this.crashed = true;
    this.options.onCrash?.(error);
  }
}
