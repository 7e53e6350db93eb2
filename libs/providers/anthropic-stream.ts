import type { Message, RawMessageStreamEvent } from "@anthropic-ai/sdk/resources/messages";
import type { Usage } from "@leverframe/events";
import type { ProviderCall, ProviderDelta } from "@leverframe/execution";
import { messageUsageOf, REQUEST_ID } from "./anthropic-answer";
import type { AnswerHeaders } from "./chat-dialect";
import { answeredError } from "./error-mapping";
import type { Fold } from "./read-stream";
import { toolCallId, toolName } from "./tool-call-ids";

/** What the types leave out: an error may come in mid-stream. */
interface ErrorEvent {
  readonly type: "error";
  readonly error?: { readonly type?: unknown; readonly message?: unknown };
}

type StreamEvent = RawMessageStreamEvent | ErrorEvent | { readonly type: "ping" };

/** A call of a tool, in its place among the calls. */
interface CallBlock {
  readonly place: number;
  readonly id: string;
  readonly name: string;
  text: string;
}

const NO_ARGUMENTS = "{}";

/** Puts the events of a streamed message together to the message that would have come without a stream. */
export class MessageFold implements Fold<string> {
  complete = false;
  private message: Message | null = null;
  private counted: Message["usage"] | undefined;
  private ending: Partial<Message> = {};
  private text = "";
  private readonly calls: CallBlock[] = [];
  /** What the block of an index is; null: a text. */
  private readonly open = new Map<unknown, CallBlock | null>();

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
        this.begin(event.index, event.content_block, deltas);
        return false;
      case "content_block_stop":
        this.close(event.index, deltas);
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
    const calls = this.calls.map(({ id, name, text }) => ({ type: "tool_use", id, name, input: text }));
    const content = [{ type: "text", text: this.text }, ...calls];
    return { ...this.message, ...this.ending, ...(this.message === null ? {} : { content }), usage: this.counted } as unknown as Message;
  }

  private begin(index: number, block: { type: string; id?: unknown; name?: unknown; text?: string }, deltas: ProviderDelta[]): void {
    if (block.type === "text") {
      this.open.set(index, null);
      this.addText(block.text, deltas);
    } else if (block.type === "tool_use") {
      const place = this.calls.length;
      const begun = { place, id: toolCallId(block.id, this.call, place), name: toolName(block.name), text: "" };
      this.calls.push(begun);
      this.open.set(index, begun);
      deltas.push({ type: "tool_call", index: place, id: begun.id, name: begun.name, arguments: "" });
    }
  }

  private addPiece(index: number, delta: { type: string; text?: string; partial_json?: string }, deltas: ProviderDelta[]): void {
    const block = this.open.get(index);
    if (block === null && delta.type === "text_delta") this.addText(delta.text, deltas);
    else if (block && delta.type === "input_json_delta") addArguments(block, delta.partial_json, deltas);
  }

  private addText(text: string | undefined, deltas: ProviderDelta[]): void {
    if (typeof text !== "string" || text === "") return;
    this.text += text;
    deltas.push({ type: "text", text });
  }

  /** Arguments of which nothing came are none, which the whole message writes as an empty object. */
  private close(index: number, deltas: ProviderDelta[]): void {
    const block = this.open.get(index);
    if (block && block.text === "") addArguments(block, NO_ARGUMENTS, deltas);
  }

  private failure({ error }: ErrorEvent): Error {
    const { type, message } = error ?? {};
    const reading = { status: null, headers: null, requestId: null, identifiers: typeof type === "string" ? [type] : [], message: String(message), cause: null };
    return answeredError(reading, 500, this.call.deployment.provider.id, new Error(reading.message), {});
  }
}

function addArguments(block: CallBlock, text: string | undefined, deltas: ProviderDelta[]): void {
  if (typeof text !== "string" || text === "") return;
  block.text += text;
  deltas.push({ type: "tool_call", index: block.place, id: null, name: null, arguments: text });
}

/** What the end counts anew; a null leaves the count of the beginning. */
const told = (usage: object): object => Object.fromEntries(Object.entries(usage ?? {}).filter(([, count]) => count !== null));
