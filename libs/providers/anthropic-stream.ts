import type { Message, RawMessageStreamEvent } from "@anthropic-ai/sdk/resources/messages";
import type { Usage } from "@leverframe/events";
import type { ProviderCall, ProviderDelta } from "@leverframe/execution";
import { messageUsageOf, REQUEST_ID } from "./anthropic-answer";
import type { AnswerHeaders } from "./chat-dialect";
import { answeredError } from "./error-mapping";
import type { Fold } from "./read-stream";

/** What the types leave out: an error may come in mid-stream. */
interface ErrorEvent {
  readonly type: "error";
  readonly error?: { readonly type?: unknown; readonly message?: unknown };
}

type StreamEvent = RawMessageStreamEvent | ErrorEvent | { readonly type: "ping" };

/** A block whose pieces add up to one text. */
interface Block {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  /** Among the calls of tools; -1 for a block that is none. */
  readonly call: number;
  text: string;
}

/** Puts the events of a streamed message together to the message that would have come without a stream. */
export class MessageFold implements Fold<string> {
  complete = false;
  private message: Message | null = null;
  private counted: Message["usage"] | undefined;
  private ending: Partial<Message> = {};
  private readonly blocks: Block[] = [];
  private calls = 0;

  constructor(
    private readonly call: ProviderCall,
    private readonly headers: AnswerHeaders,
  ) {}

  get usage(): Usage | null {
    return messageUsageOf(this.counted);
  }

  get providerRequestId(): string | null {
    return this.headers.get(REQUEST_ID);
  }

  take(data: string, deltas: ProviderDelta[]): boolean {
    const event = JSON.parse(data) as StreamEvent;
    switch (event.type) {
      case "content_block_delta":
        this.addPiece(event.index, event.delta, deltas);
        return false;
      case "content_block_start":
        this.open(event.index, event.content_block, deltas);
        return false;
      case "message_start":
        this.message = event.message;
        this.counted = event.message.usage;
        return false;
      case "message_delta":
        this.ending = event.delta;
        this.counted = { ...this.counted, ...told(event.usage) } as Message["usage"];
        this.complete = typeof event.delta.stop_reason === "string";
        return false;
      case "message_stop":
        this.complete = true;
        return true;
      case "error":
        throw this.failure(event);
      default:
        return false;
    }
  }

  whole(): Message {
    const content = this.blocks.map(({ type, id, name, text }) => (type === "tool_use" ? { type, id, name, input: text === "" ? "{}" : text } : { type, text }));
    return { ...this.message, ...this.ending, ...(this.message === null ? {} : { content }), usage: this.counted } as unknown as Message;
  }

  private open(index: number, block: { type: string; id?: string; name?: string; text?: string }, deltas: ProviderDelta[]): void {
    const { type, id = "", name = "", text = "" } = block;
    const call = type === "tool_use" ? this.calls++ : -1;
    this.blocks[index] = { type, id, name, call, text: type === "text" ? text : "" };
    if (call >= 0) deltas.push({ type: "tool_call", index: call, id, name, arguments: "" });
    else if (type === "text" && text !== "") deltas.push({ type: "text", text });
  }

  private addPiece(index: number, delta: { type: string; text?: string; partial_json?: string }, deltas: ProviderDelta[]): void {
    const block = this.blocks[index];
    if (block === undefined) return;
    if (delta.type === "text_delta" && delta.text) {
      block.text += delta.text;
      deltas.push({ type: "text", text: delta.text });
    } else if (delta.type === "input_json_delta" && delta.partial_json) {
      block.text += delta.partial_json;
      deltas.push({ type: "tool_call", index: block.call, id: null, name: null, arguments: delta.partial_json });
    }
  }

  private failure({ error }: ErrorEvent): Error {
    const { type, message } = error ?? {};
    const reading = { status: null, headers: null, requestId: null, identifiers: typeof type === "string" ? [type] : [], message: String(message), cause: null };
    return answeredError(reading, 500, this.call.deployment.provider.id, new Error(reading.message), {});
  }
}

/** What the end counts anew; a null leaves the count of the beginning. */
const told = (usage: object): object => Object.fromEntries(Object.entries(usage ?? {}).filter(([, count]) => count !== null));
