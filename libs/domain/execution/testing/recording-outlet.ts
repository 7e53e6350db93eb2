import type { DeltaOutlet } from "../delta-outlet";
import type { ProviderDelta } from "../provider-adapter";

/** Remembers what a plan let be seen, as `0 text Hel`, `0 end` or `0 error stream_interrupted`. */
export class RecordingOutlet implements DeltaOutlet {
  readonly seen: string[] = [];
  /** What a write returns: a promise stands for a reader that is slow. */
  pace: () => void | Promise<void> = () => undefined;

  write(ordinal: number, delta: ProviderDelta): void | Promise<void> {
    this.seen.push(`${ordinal} ${delta.type} ${delta.type === "text" ? delta.text : `${delta.name ?? ""}(${delta.arguments}`}`);
    return this.pace();
  }

  async end(ordinal: number, failure: { code: string } | null): Promise<void> {
    this.seen.push(failure ? `${ordinal} error ${failure.code}` : `${ordinal} end`);
  }
}
