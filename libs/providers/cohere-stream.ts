import type { Usage } from "@leverframe/events";
import type { ProviderCall, ProviderDelta } from "@leverframe/execution";
import type { Cohere } from "cohere-ai";
import { argumentsText } from "./chat-answer";
import { cohereUsageOf } from "./cohere-answer";
import type { Fold } from "./read-stream";
import { toolCallId, toolName } from "./tool-call-ids";

interface Counts {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
}

/** The events, which the SDK would rename field by field. */
interface StreamEvent {
  readonly type: string;
  readonly id?: string;
  readonly delta?: {
    readonly message?: {
      readonly content?: { readonly text?: string };
      readonly tool_plan?: string;
      readonly tool_calls?: { readonly id?: string; readonly function?: { readonly name?: string; readonly arguments?: string } };
    };
    readonly finish_reason?: string;
    readonly usage?: { readonly billed_units?: Counts; readonly tokens?: Counts; readonly cached_tokens?: number };
  };
}

const DONE = "[DONE]";

/** Puts the events of a streamed chat together to the response that would have come without a stream. */
export class CohereFold implements Fold<string> {
  providerRequestId: string | null = null;
  private text = "";
  private plan = "";
  private readonly calls: { id: string; name: string; text: string }[] = [];
  private finishReason: string | null = null;
  private counted: Cohere.Usage | undefined;
  private began = false;

  constructor(private readonly call: ProviderCall) {}

  get complete(): boolean {
    return this.finishReason !== null;
  }

  get usage(): Usage | null {
    return cohereUsageOf(this.counted);
  }

  take(data: string, deltas: ProviderDelta[]): boolean {
    if (data === DONE) return true;
    const { type, id, delta } = JSON.parse(data) as StreamEvent;
    const message = delta?.message;
    switch (type) {
      case "content-start":
      case "content-delta":
        this.text += said(message?.content?.text, deltas);
        return false;
      case "tool-plan-delta":
        this.plan += said(message?.tool_plan, deltas);
        return false;
      case "tool-call-start":
      case "tool-call-delta":
        this.addCall(type, message?.tool_calls, deltas);
        return false;
      case "message-start":
        this.began = true;
        this.providerRequestId = id ?? null;
        return false;
      case "message-end":
        this.finishReason = delta?.finish_reason ?? "";
        this.counted = usageIn(delta?.usage);
        return true;
      default:
        return false;
    }
  }

  whole(): Cohere.V2ChatResponse {
    const toolCalls = this.calls.map(({ id, name, text }) => ({ id, type: "function", function: { name, arguments: text } }));
    const message = { role: "assistant", toolPlan: this.plan, toolCalls, content: [{ type: "text", text: this.text }] };
    return { id: this.providerRequestId, finishReason: this.finishReason, usage: this.counted, ...(this.began ? { message } : {}) } as unknown as Cohere.V2ChatResponse;
  }

  private addCall(type: string, told: NonNullable<NonNullable<StreamEvent["delta"]>["message"]>["tool_calls"], deltas: ProviderDelta[]): void {
    const text = argumentsText(told?.function?.arguments);
    if (type === "tool-call-start") {
      const index = this.calls.length;
      const begun = { id: toolCallId(told?.id, this.call, index), name: toolName(told?.function?.name), text };
      this.calls.push(begun);
      deltas.push({ type: "tool_call", index, id: begun.id, name: begun.name, arguments: text });
      return;
    }
    // Calls come one after the other.
    const open = this.calls.at(-1);
    if (open === undefined || text === "") return;
    open.text += text;
    deltas.push({ type: "tool_call", index: this.calls.length - 1, id: null, name: null, arguments: text });
  }
}

function said(text: unknown, deltas: ProviderDelta[]): string {
  if (typeof text !== "string" || text === "") return "";
  deltas.push({ type: "text", text });
  return text;
}

function usageIn(told: NonNullable<StreamEvent["delta"]>["usage"]): Cohere.Usage | undefined {
  if (told === undefined) return undefined;
  const { billed_units: billed, tokens, cached_tokens: cached } = told;
  return {
    ...(billed ? { billedUnits: countsIn(billed) } : {}),
    ...(tokens ? { tokens: countsIn(tokens) } : {}),
    ...(cached === undefined ? {} : { cachedTokens: cached }),
  };
}

const countsIn = ({ input_tokens: input, output_tokens: output }: Counts): { inputTokens?: number; outputTokens?: number } => ({
  ...(input === undefined ? {} : { inputTokens: input }),
  ...(output === undefined ? {} : { outputTokens: output }),
});
