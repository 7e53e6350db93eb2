import type { ConverseCommandOutput, TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Usage } from "@leverframe/events";
import type { ProviderCall, ProviderDelta } from "@leverframe/execution";
import type { AwsEvent } from "./aws-event-stream";
import { converseUsageOf } from "./bedrock-answer";
import { AWS_ERRORS } from "./bedrock-errors";
import { answeredError } from "./error-mapping";
import type { Fold } from "./read-stream";

/** The events' payloads, which the names of the events tell apart. */
interface Payload {
  readonly contentBlockIndex: number;
  readonly start?: { readonly toolUse?: { readonly toolUseId: string; readonly name: string } };
  readonly delta?: { readonly text?: string; readonly toolUse?: { readonly input: string } };
  readonly stopReason?: string;
  readonly usage?: TokenUsage;
  readonly message?: string;
}

interface CallBlock {
  readonly toolUse: { readonly toolUseId: string; readonly name: string; input: string };
  readonly call: number;
}

/** Puts the events of a streamed conversation's turn together to the output that would have come without a stream. */
export class ConverseFold implements Fold<AwsEvent> {
  private text = "";
  private readonly calls = new Map<number, CallBlock>();
  private stopReason: string | null = null;
  private counted: TokenUsage | undefined;

  constructor(
    private readonly call: ProviderCall,
    readonly providerRequestId: string | null,
  ) {}

  get complete(): boolean {
    return this.stopReason !== null;
  }

  get usage(): Usage | null {
    return converseUsageOf({ usage: this.counted });
  }

  take({ kind, name, payload }: AwsEvent, deltas: ProviderDelta[]): boolean {
    const told = JSON.parse(payload === "" ? "{}" : payload) as Payload;
    if (kind !== "event") throw this.failure(name, told.message);
    if (name === "contentBlockDelta") this.addPiece(told, deltas);
    else if (name === "contentBlockStart") this.open(told, deltas);
    else if (name === "messageStop") this.stopReason = told.stopReason ?? "";
    else if (name === "metadata") this.counted = told.usage;
    // The counts come after the ending.
    return name === "metadata" && this.complete;
  }

  whole(metadata: ConverseCommandOutput["$metadata"]): ConverseCommandOutput {
    const calls = [...this.calls.values()].map(({ toolUse }) => ({ toolUse: { ...toolUse, input: toolUse.input === "" ? "{}" : toolUse.input } }));
    const content = [{ text: this.text }, ...calls];
    return { output: { message: { role: "assistant", content } }, stopReason: this.stopReason, usage: this.counted, $metadata: metadata } as unknown as ConverseCommandOutput;
  }

  private open({ contentBlockIndex, start }: Payload, deltas: ProviderDelta[]): void {
    if (!start?.toolUse) return;
    const { toolUseId, name } = start.toolUse;
    const call = this.calls.size;
    this.calls.set(contentBlockIndex, { toolUse: { toolUseId, name, input: "" }, call });
    deltas.push({ type: "tool_call", index: call, id: toolUseId, name, arguments: "" });
  }

  private addPiece({ contentBlockIndex, delta }: Payload, deltas: ProviderDelta[]): void {
    if (delta?.text) {
      this.text += delta.text;
      deltas.push({ type: "text", text: delta.text });
      return;
    }
    const block = delta?.toolUse?.input ? this.calls.get(contentBlockIndex) : undefined;
    if (block === undefined) return;
    const text = delta!.toolUse!.input;
    block.toolUse.input += text;
    deltas.push({ type: "tool_call", index: block.call, id: null, name: null, arguments: text });
  }

  /** In a stream the exceptions' names begin with a small letter. */
  private failure(name: string, message: string | undefined): Error {
    const exception = name.charAt(0).toUpperCase() + name.slice(1);
    const reading = { status: null, headers: null, requestId: this.providerRequestId, identifiers: [exception], message: String(message), cause: null };
    const status = exception === "ValidationException" ? 400 : 500;
    return answeredError(reading, status, this.call.deployment.provider.id, new Error(reading.message), AWS_ERRORS);
  }
}
