import type { ConverseCommandOutput, TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Usage } from "@leverframe/events";
import type { ProviderCall, ProviderDelta } from "@leverframe/execution";
import type { AwsEvent } from "./aws-event-stream";
import { converseUsageOf } from "./bedrock-answer";
import { AWS_ERRORS } from "./bedrock-errors";
import { answeredError } from "./error-mapping";
import type { Fold } from "./read-stream";
import { toolCallId, toolName } from "./tool-call-ids";

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
  /** Among the calls. */
  readonly place: number;
}

const NO_ARGUMENTS = "{}";

/** Puts the events of a streamed conversation's turn together to the output that would have come without a stream. */
export class ConverseFold implements Fold<AwsEvent> {
  private text = "";
  private readonly calls: CallBlock[] = [];
  private readonly open = new Map<unknown, CallBlock>();
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
    else if (name === "contentBlockStart") this.begin(told, deltas);
    else if (name === "contentBlockStop") this.close(told, deltas);
    else if (name === "messageStop") this.stopReason = told.stopReason ?? "";
    else if (name === "metadata") this.counted = told.usage;
    // The counts come after the ending.
    return name === "metadata" && this.complete;
  }

  whole(metadata: ConverseCommandOutput["$metadata"]): ConverseCommandOutput {
    const calls = this.calls.map(({ toolUse }) => ({ toolUse }));
    const content = [{ text: this.text }, ...calls];
    return { output: { message: { role: "assistant", content } }, stopReason: this.stopReason, usage: this.counted, $metadata: metadata } as unknown as ConverseCommandOutput;
  }

  private begin({ contentBlockIndex, start }: Payload, deltas: ProviderDelta[]): void {
    if (!start?.toolUse) return;
    const place = this.calls.length;
    const [toolUseId, name] = [toolCallId(start.toolUse.toolUseId, this.call, place), toolName(start.toolUse.name)];
    const begun = { toolUse: { toolUseId, name, input: "" }, place };
    this.calls.push(begun);
    this.open.set(contentBlockIndex, begun);
    deltas.push({ type: "tool_call", index: place, id: toolUseId, name, arguments: "" });
  }

  private addPiece({ contentBlockIndex, delta }: Payload, deltas: ProviderDelta[]): void {
    const { text, toolUse } = delta ?? {};
    if (typeof text === "string" && text !== "") {
      this.text += text;
      deltas.push({ type: "text", text });
    } else if (toolUse) addArguments(this.open.get(contentBlockIndex), toolUse.input, deltas);
  }

  /** Arguments of which nothing came are none, which the whole output writes as an empty object. */
  private close({ contentBlockIndex }: Payload, deltas: ProviderDelta[]): void {
    const block = this.open.get(contentBlockIndex);
    if (block?.toolUse.input === "") addArguments(block, NO_ARGUMENTS, deltas);
  }

  /** In a stream the exceptions' names begin with a small letter. */
  private failure(name: string, message: string | undefined): Error {
    const exception = name.charAt(0).toUpperCase() + name.slice(1);
    const reading = { status: null, headers: null, requestId: this.providerRequestId, identifiers: [exception], message: String(message), cause: null };
    const status = exception === "ValidationException" ? 400 : 500;
    return answeredError(reading, status, this.call.deployment.provider.id, new Error(reading.message), AWS_ERRORS);
  }
}

function addArguments(block: CallBlock | undefined, text: unknown, deltas: ProviderDelta[]): void {
  if (block === undefined || typeof text !== "string" || text === "") return;
  block.toolUse.input += text;
  deltas.push({ type: "tool_call", index: block.place, id: null, name: null, arguments: text });
}
