import type { PartitionWork } from "./assignment";
import type { CrashGuard } from "./crash-guard";

/** Careful for at most this long: every start gets at least this much further, so a slow stage is not slowed for ever. */
const CAREFUL_MS_MAX = 30_000;

/** When the runtime goes one record at a time (see CrashGuard), and what it notes then. */
export class Carefulness {
  private recordsLeft = 0;
  private until = 0;

  constructor(
    private readonly groupId: string,
    private readonly guard: CrashGuard | undefined,
    /** No more than this could have been in flight when the last process ended. */
    private readonly windowRecordsMax: number,
  ) {}

  get active(): boolean {
    return this.recordsLeft > 0;
  }

  reset(): void {
    this.recordsLeft = 0;
  }

  /** Records of a partition have come in, `first` the lowest. */
  arrived(work: PartitionWork, first: bigint): void {
    if (this.guard === undefined || work.mark !== undefined) return;
    work.mark = this.guard.begin(this.groupId, work, first);
    if (!work.mark.careful) return;
    this.recordsLeft = this.windowRecordsMax;
    this.until = performance.now() + CAREFUL_MS_MAX;
  }

  /** True: the record ended the process too often; it must not be touched. */
  starting(work: PartitionWork, offset: bigint): boolean {
    if (this.recordsLeft === 0 || work.mark === undefined) return false;
    this.recordsLeft = performance.now() > this.until ? 0 : this.recordsLeft - 1;
    if (work.mark.isPoison(offset)) return true;
    if (this.recordsLeft > 0) work.mark.suspect(offset);
    return false;
  }

  /** The partition's commit moved on. */
  progressed(work: PartitionWork): void {
    if (this.recordsLeft === 0) work.mark?.clear();
  }
}
