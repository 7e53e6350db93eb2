import { BillKeeper, type Bill } from "./bill";
import type { Call } from "./call";
import type { CallFile } from "./call-file";

export interface CallPage {
  readonly run: string;
  readonly calls: readonly Call[];
  /** What to ask `since` next. */
  readonly next: number;
  /** How many of the oldest calls memory no longer holds. */
  readonly forgotten: number;
}

export type NewCall = Omit<Call, "run" | "seq" | "ended" | "clientDisconnected" | "durationMs">;

/** Every call of a run, in the order of arrival. */
export class CallLog {
  private entries: Call[] = [];
  private keeper = new BillKeeper();
  private seq = 0;
  private forgotten = 0;

  constructor(
    readonly run: string,
    private readonly callsMax: number,
    private readonly file: CallFile | null,
  ) {}

  get calls(): readonly Call[] {
    return this.entries;
  }

  open(call: NewCall): Call {
    const opened: Call = {
      run: this.run,
      seq: ++this.seq,
      ...call,
      ended: false,
      clientDisconnected: false,
      durationMs: null,
    };
    this.entries.push(opened);
    this.keeper.add(opened);
    this.file?.write(opened);
    if (this.entries.length > this.callsMax) this.forgetOldest();
    return opened;
  }

  /** `part`: what is billed instead, of a stream that the client left. */
  end(call: Call, clientDisconnected: boolean, part: Pick<Call, "usage" | "billedNanoUsd"> | null = null): void {
    if (call.ended) return;
    if (part !== null) {
      this.keeper.take(call);
      Object.assign(call, part);
      this.keeper.add(call);
    }
    call.ended = true;
    call.clientDisconnected = clientDisconnected;
    call.durationMs = Date.now() - call.atMs;
    this.file?.write(call);
  }

  /** Calls after that sequence number, the oldest first. */
  page(since: number, limit: number): CallPage {
    const first = this.entries[0]?.seq ?? this.seq + 1;
    const from = Math.max(0, since + 1 - first);
    const calls = this.entries.slice(from, from + limit);
    return { run: this.run, calls, next: calls.at(-1)?.seq ?? Math.max(since, 0), forgotten: this.forgotten };
  }

  bill(): Bill {
    return this.keeper.bill();
  }

  /** Forgets the calls of this run; sequence numbers go on. */
  clear(): void {
    this.entries = [];
    this.keeper = new BillKeeper();
    this.forgotten = 0;
  }

  /** A tenth at a time, so that the cost of moving the rest is spread over many calls. */
  private forgetOldest(): void {
    const count = Math.max(1, Math.floor(this.callsMax / 10));
    this.entries = this.entries.slice(count);
    this.forgotten += count;
  }
}
