import type { ResponseDelta } from "@leverframe/events";
import { type TestClient, TopicReader } from "../support/installation";

/** Keeps the pieces of every answer, as whoever watches sees them. */
export class DeltaReader {
  private readonly pieces = new Map<string, Map<string, ResponseDelta>>();
  private readonly topics = new Map<string, string>();
  private decoding = Promise.resolve();
  private reader: TopicReader | null = null;

  static async open(client: TestClient): Promise<DeltaReader> {
    const deltas = new DeltaReader();
    const topics = client.names.all("response-deltas", client.applications);
    deltas.reader = await TopicReader.open(client.log, topics, ({ topic, value }) => {
      deltas.decoding = deltas.decoding.then(async () => {
        const delta = await client.codec.decode("response-delta", value ?? new Uint8Array());
        const known = deltas.pieces.get(delta.requestId) ?? new Map<string, ResponseDelta>();
        // A record may come twice; its place says which it is.
        deltas.pieces.set(delta.requestId, known.set(`${delta.round}.${delta.attempt}.${delta.index}`, delta));
        deltas.topics.set(delta.requestId, topic);
      });
    });
    return deltas;
  }

  /** In the order in which they came. */
  piecesOf(requestId: string): readonly ResponseDelta[] {
    this.reader?.check();
    return [...(this.pieces.get(requestId)?.values() ?? [])];
  }

  /** The same, once the last piece is an end or an error. */
  endedStreamOf(requestId: string): readonly ResponseDelta[] | undefined {
    const pieces = this.piecesOf(requestId);
    const last = pieces.at(-1)?.kind;
    return last === "end" || last === "error" ? pieces : undefined;
  }

  topicOf(requestId: string): string | undefined {
    return this.topics.get(requestId);
  }

  async close(): Promise<void> {
    await this.reader?.close();
    await this.decoding;
  }
}
