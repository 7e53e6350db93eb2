import { randomUUID } from "node:crypto";
import type { TopicPartition } from "../log";

/** What is remembered of one partition's start until its first commit. Offsets are decimal text, so that it is plain JSON. */
export interface StartNote {
  /** The first offset received; the next start receives the same one if nothing was committed in between. */
  readonly offset: string;
  readonly starts: number;
  /** The one record that was in flight, while the runtime was being careful. */
  readonly suspect: { readonly offset: string; readonly starts: number } | null;
  /** The process that wrote this: a rebalance inside one process is not a crash. */
  readonly run: string;
}

/** Keeps notes through the end of the process. Calls are synchronous: the note must be down before the handler starts. */
export interface CrashGuardStore {
  read(groupId: string, partition: TopicPartition): StartNote | undefined;
  write(groupId: string, partition: TopicPartition, note: StartNote): void;
  clear(groupId: string, partition: TopicPartition): void;
}

/**
 * Finds the record that ends the process (memory, a native crash), which no try/catch ever sees.
 *
 * A partition's start is noted when its first record arrives, and the note goes with the first commit: no write per
 * record. A start that finds a note at the same offset knows that the last one ended before it got anywhere. From then
 * on the runtime is careful: one record at a time, its offset noted before, committed after. So a further crash blames
 * one record, and after `startsMax` starts in all (one ordinary, the others careful) that record is quarantined: it goes
 * to the dead letters undecoded.
 *
 * Limit: the notes live on one machine, in a state directory. If each start happens on another machine, each begins its
 * own count; the group of a deployment should therefore keep its state directory (a volume) through restarts. Another
 * part of the same process that crashes it can be mistaken for the record's doing when it does so at the same record
 * `startsMax` times; the dead letter then says so and can be redriven.
 */
export class CrashGuard {
  readonly run = randomUUID();

  constructor(
    private readonly store: CrashGuardStore,
    readonly startsMax = 3,
  ) {}

  /** To be called with the first record of a partition in an assignment, before it is handled. */
  begin(groupId: string, partition: TopicPartition, first: bigint): StartMark {
    const before = this.store.read(groupId, partition);
    const fresh: StartNote = { offset: String(first), starts: 1, suspect: null, run: this.run };
    let note = fresh;
    if (before !== undefined && before.run !== this.run) {
      if (before.suspect !== null && BigInt(before.suspect.offset) >= first) note = { ...fresh, starts: before.starts + 1, suspect: before.suspect };
      else if (before.offset === fresh.offset) note = { ...fresh, starts: before.starts + 1 };
    }
    this.store.write(groupId, partition, note);
    return new StartMark(this.store, groupId, partition, note, this.startsMax);
  }
}

/** The note of one partition during one assignment. */
export class StartMark {
  /** Something ended the last process before this partition got anywhere. */
  readonly careful: boolean;
  private kept = true;

  constructor(
    private readonly store: CrashGuardStore,
    private readonly groupId: string,
    private readonly partition: TopicPartition,
    private note: StartNote,
    private readonly startsMax: number,
  ) {
    this.careful = note.starts > 1;
  }

  /** The record was alone in flight when the process ended, as often as is tolerated. */
  isPoison(offset: bigint): boolean {
    const { suspect } = this.note;
    return suspect !== null && suspect.offset === String(offset) && suspect.starts >= this.startsMax - 1;
  }

  /** Careful only: the record is about to be handled, and nothing else is. */
  suspect(offset: bigint): void {
    const text = String(offset);
    const starts = this.note.suspect?.offset === text ? this.note.suspect.starts + 1 : 1;
    this.note = { ...this.note, suspect: { offset: text, starts } };
    this.store.write(this.groupId, this.partition, this.note);
    this.kept = true;
  }

  /** The partition got somewhere, or was given up by a process that lives. */
  clear(): void {
    if (!this.kept) return;
    this.store.clear(this.groupId, this.partition);
    this.kept = false;
  }
}
