import type { GenerateContentResponse, Part } from "@google/genai";
import type { Usage } from "@leverframe/events";
import type { ProviderCall, ProviderDelta } from "@leverframe/execution";
import { answeredError } from "./error-mapping";
import { generatedUsageOf, toolCallOf } from "./google-answer";
import { GOOGLE_ERRORS, readingOfStatus, type RpcStatus } from "./google-errors";
import type { Fold } from "./read-stream";

type Chunk = GenerateContentResponse & { readonly error?: RpcStatus };

/** Puts the chunks of a streamed response together: each is a response with the next parts, and the counts so far. */
export class GenerateFold implements Fold<string> {
  private text = "";
  private readonly calls: Part[] = [];
  private finishReason: string | null = null;
  private blocked = false;
  private answered = false;
  private head: Partial<Chunk> = {};

  constructor(private readonly call: ProviderCall) {}

  /** Nothing tells the end but the end. */
  get complete(): boolean {
    return this.finishReason !== null || this.blocked;
  }

  get usage(): Usage | null {
    return generatedUsageOf(this.head);
  }

  get providerRequestId(): string | null {
    return this.head.responseId ?? null;
  }

  take(data: string, deltas: ProviderDelta[]): boolean {
    const chunk = JSON.parse(data) as Chunk;
    if (chunk.error) throw this.failure(chunk.error);
    this.head = { ...this.head, ...chunk };
    if (chunk.promptFeedback?.blockReason) this.blocked = true;
    const candidate = chunk.candidates?.[0];
    if (candidate === undefined) return false;
    this.answered = true;
    for (const part of candidate.content?.parts ?? []) this.addPart(part, deltas);
    if (candidate.finishReason) this.finishReason = candidate.finishReason;
    return false;
  }

  whole(): GenerateContentResponse {
    const parts = [{ text: this.text }, ...this.calls];
    const candidates = this.answered ? [{ content: { role: "model", parts }, finishReason: this.finishReason }] : [];
    return { ...this.head, candidates } as unknown as GenerateContentResponse;
  }

  private addPart(part: Part, deltas: ProviderDelta[]): void {
    const { text, thought, functionCall } = part;
    if (functionCall) {
      const index = this.calls.push(part) - 1;
      deltas.push({ type: "tool_call", index, ...toolCallOf(functionCall, this.call, index) });
    } else if (typeof text === "string" && text !== "" && !thought) {
      this.text += text;
      deltas.push({ type: "text", text });
    }
  }

  private failure(error: RpcStatus): Error {
    const reading = readingOfStatus(error);
    return answeredError(reading, reading.status ?? 500, this.call.deployment.provider.id, new Error(reading.message), GOOGLE_ERRORS);
  }
}
