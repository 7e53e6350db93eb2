import { setMaxListeners } from "node:events";
import type { LogRecord, PartitionOffset, TopicPartition } from "../log";
import type { StartMark } from "./crash-guard";
import { Fifo } from "./fifo";
import { Lanes } from "./lanes";
import { OffsetTracker } from "./offset-tracker";

/** One partition for as long as it is ours. */
export class PartitionWork {
  readonly tracker = new OffsetTracker();
  paused = false;
  /** Its results are void: they neither publish nor commit. */
  revoked = false;
  committedTo: bigint | undefined;
  mark: StartMark | undefined;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}
}

/** One record on its way. */
export interface Item {
  readonly record: LogRecord;
  readonly work: PartitionWork;
  readonly ticket: number;
  readonly lane: string | null;
  readonly assignment: Assignment;
}

/** Everything that belongs to one epoch, so that the end of the epoch is the end of one object. */
export class Assignment {
  readonly ready = new Fifo<Item>();
  readonly lanes = new Lanes<Item>();
  /** Received and not ended: waiting for a slot or a lane, or in flight. */
  buffered = 0;
  pausedPartitions = 0;
  private readonly works = new Map<string, Map<number, PartitionWork>>();
  /** Handed to handlers: what they do is void. */
  private readonly abandoned = new AbortController();
  /** Ends waits for a further try: the record will be delivered again. */
  private readonly impatience = new AbortController();

  constructor(
    readonly epoch: number,
    readonly partitions: readonly TopicPartition[],
  ) {
    // Hundreds of handlers listen to one signal; that is no leak.
    setMaxListeners(0, this.abandoned.signal, this.impatience.signal);
    for (const { topic, partition } of partitions) this.put(new PartitionWork(topic, partition));
  }

  get signal(): AbortSignal {
    return this.abandoned.signal;
  }

  get patience(): AbortSignal {
    return this.impatience.signal;
  }

  workOf(topic: string, partition: number): PartitionWork | undefined {
    return this.works.get(topic)?.get(partition);
  }

  /** The log went back to before what was received (it lost its end, or was made anew): start over with that partition. */
  renew(work: PartitionWork): PartitionWork {
    work.revoked = true;
    const renewed = new PartitionWork(work.topic, work.partition);
    renewed.paused = work.paused;
    this.put(renewed);
    return renewed;
  }

  *all(): Generator<PartitionWork> {
    for (const byNumber of this.works.values()) yield* byNumber.values();
  }

  /** What may be committed and is not yet. */
  committable(): { work: PartitionWork; offset: PartitionOffset }[] {
    const found = [];
    for (const work of this.all()) {
      const next = work.tracker.committable;
      if (next === undefined || next === work.committedTo) continue;
      found.push({ work, offset: { topic: work.topic, partition: work.partition, offset: next } });
    }
    return found;
  }

  beImpatient(): void {
    this.impatience.abort();
  }

  /** Handlers are told to stop, while what they still finish counts. */
  abort(): void {
    this.impatience.abort();
    this.abandoned.abort();
  }

  /** Nothing of this epoch counts any more. This process lives, so its start notes are no crash. */
  revoke(): void {
    for (const work of this.all()) {
      work.revoked = true;
      work.mark?.clear();
    }
    this.abort();
  }

  private put(work: PartitionWork): void {
    const byNumber = this.works.get(work.topic) ?? new Map<number, PartitionWork>();
    this.works.set(work.topic, byNumber.set(work.partition, work));
  }
}
