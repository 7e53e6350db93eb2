import type { Usage } from "@leverframe/events";
import type { ProviderCall, ProviderDelta } from "@leverframe/execution";
import type { ChatCompletion } from "openai/resources/chat/completions";
import { argumentsText, failureIn, REQUEST_ID, textOf } from "./chat-answer";
import type { AnswerHeaders, ChatDialect } from "./chat-dialect";
import { answeredError } from "./error-mapping";
import type { Fold } from "./read-stream";
import { toolCallId, toolName } from "./tool-call-ids";

interface ToolCallPiece {
  readonly index?: number;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown };
}

interface ChatChunk {
  readonly id?: string;
  readonly model?: string;
  readonly choices?: readonly {
    readonly delta?: { readonly content?: unknown; readonly refusal?: string | null; readonly tool_calls?: readonly ToolCallPiece[] | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: ChatCompletion["usage"] | null;
  readonly error?: unknown;
}

interface PendingCall {
  readonly told: number | undefined;
  readonly id: string;
  readonly name: string;
  text: string;
}

const DONE = "[DONE]";

/** Puts the chunks of a streamed chat completion together to the completion that would have come without a stream. */
export class ChatFold implements Fold<string> {
  /** How much text was handed over. */
  textCharacters = 0;
  private content = "";
  private refusal = "";
  private readonly calls: PendingCall[] = [];
  private finishReason: string | null = null;
  private counted: ChatCompletion["usage"] | null = null;
  /** What stands beside the choices; providers put things of their own there. */
  private head: ChatChunk = {};
  private answered = false;

  constructor(
    private readonly dialect: ChatDialect,
    private readonly call: ProviderCall,
    private readonly headers: AnswerHeaders,
  ) {}

  /** Not every server says `[DONE]`. */
  get complete(): boolean {
    return this.finishReason !== null;
  }

  get usage(): Usage | null {
    return this.counted ? this.dialect.usageOf(this.completion()) : null;
  }

  get providerRequestId(): string | null {
    return this.headers.get(this.dialect.requestIdHeader ?? REQUEST_ID) ?? this.dialect.requestIdOf?.(this.completion()) ?? null;
  }

  take(data: string, deltas: ProviderDelta[]): boolean {
    if (data === DONE) return true;
    const chunk = JSON.parse(data) as ChatChunk | null;
    if (chunk === null || typeof chunk !== "object") throw new SyntaxError("a chunk is no object");
    const choice = chunk.choices?.[0];
    if (choice === undefined || chunk.error) this.failIfTold(chunk);
    this.head = chunk;
    if (chunk.usage) this.counted = chunk.usage;
    if (choice === undefined) return false;
    this.answered = true;
    const { delta, finish_reason } = choice;
    if (delta) {
      if (delta.content) this.addText("content", textOf(delta.content), deltas);
      if (delta.refusal) this.addText("refusal", delta.refusal, deltas);
      if (delta.tool_calls) for (const piece of delta.tool_calls) this.addCall(piece, deltas);
    }
    if (finish_reason) this.finishReason = finish_reason;
    return false;
  }

  completion(): ChatCompletion {
    const tool_calls = this.calls.map(({ id, name, text }) => ({ id, type: "function", function: { name, arguments: text } }));
    const message = { role: "assistant", content: this.content, refusal: this.refusal, ...(tool_calls.length === 0 ? {} : { tool_calls }) };
    const choices = this.answered ? [{ index: 0, message, finish_reason: this.finishReason }] : [];
    return { ...this.head, choices, usage: this.counted } as unknown as ChatCompletion;
  }

  private addText(field: "content" | "refusal", text: unknown, deltas: ProviderDelta[]): void {
    if (typeof text !== "string" || text === "") return;
    this[field] += text;
    this.textCharacters += text.length;
    deltas.push({ type: "text", text });
  }

  private addCall({ index: told, id: given, function: asked }: ToolCallPiece, deltas: ProviderDelta[]): void {
    const id = typeof given === "string" ? given : "";
    const text = argumentsText(asked?.arguments);
    let index = this.calls.findLastIndex((call) => call.told === told);
    const open = this.calls[index];
    // Some servers count every call as the first: another id is another call.
    if (open === undefined || (id && asked?.name && id !== open.id)) {
      index = this.calls.length;
      const begun = { told, id: toolCallId(id, this.call, index), name: toolName(asked?.name), text };
      this.calls.push(begun);
      deltas.push({ type: "tool_call", index, id: begun.id, name: begun.name, arguments: text });
    } else if (text !== "") {
      open.text += text;
      deltas.push({ type: "tool_call", index, id: null, name: null, arguments: text });
    }
  }

  private failIfTold(chunk: ChatChunk): void {
    const { errors = {}, failureIn: own = failureIn } = this.dialect;
    const reading = own(chunk as ChatCompletion);
    if (reading === null) return;
    throw answeredError(reading, reading.status ?? 500, this.call.deployment.provider.id, new Error(reading.message), errors);
  }
}
