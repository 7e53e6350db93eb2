import type { PolicyChange } from "@leverframe/events";
import type { TestClient } from "../support/installation";
import { TopicReader } from "../support/installation/topic-reader";

/** What an installation has said about its policy sets, in order. */
export class PolicyChanges {
  readonly events: PolicyChange[] = [];
  private decoding: Promise<void> = Promise.resolve();
  private reader: TopicReader | null = null;

  static async watch({ log, codec, names }: TestClient): Promise<PolicyChanges> {
    const changes = new PolicyChanges();
    changes.reader = await TopicReader.open(log, [names.name("policy-changes")], ({ value }) => {
      changes.decoding = changes.decoding.then(async () => void changes.events.push(await codec.decode("policy-change", value ?? new Uint8Array())));
    });
    return changes;
  }

  of(kind: string): readonly PolicyChange[] {
    return this.events.filter((event) => event.kind === kind);
  }

  async close(): Promise<void> {
    await this.reader?.close();
    await this.decoding;
  }
}
