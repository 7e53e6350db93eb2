import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TopicPartition } from "../log";
import type { CrashGuardStore, StartNote } from "./crash-guard";

/**
 * One small JSON file for each partition that was started and has not committed yet, so that processes which share the
 * directory never write the same file. Survives the end of the process; a power cut may lose a note, which only
 * delays a quarantine by one start.
 */
export class FileCrashGuardStore implements CrashGuardStore {
  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true });
  }

  read(groupId: string, partition: TopicPartition): StartNote | undefined {
    try {
      return parseNote(readFileSync(this.fileOf(groupId, partition), "utf8"));
    } catch {
      // None, or one that was cut off: the count starts again.
      return undefined;
    }
  }

  write(groupId: string, partition: TopicPartition, note: StartNote): void {
    const file = this.fileOf(groupId, partition);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(note));
    renameSync(draft, file);
  }

  clear(groupId: string, partition: TopicPartition): void {
    rmSync(this.fileOf(groupId, partition), { force: true });
  }

  private fileOf(groupId: string, { topic, partition }: TopicPartition): string {
    return path.join(this.dir, `${encodeURIComponent(groupId)}~${encodeURIComponent(topic)}~${partition}.json`);
  }
}

function parseNote(text: string): StartNote | undefined {
  const note = JSON.parse(text) as Partial<StartNote>;
  const whole = typeof note.offset === "string" && typeof note.starts === "number" && typeof note.run === "string";
  return whole ? { offset: note.offset!, starts: note.starts!, suspect: note.suspect ?? null, run: note.run! } : undefined;
}
