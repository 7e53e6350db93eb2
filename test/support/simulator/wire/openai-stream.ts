import type { Ask } from "../ask";
import { pieces, type Reply } from "./reply";

/** How a dialect of chat completions streams. */
export interface ChatStreamStyle {
  /** What stands before the choices in each chunk. */
  readonly head: object;
  /** The usage as the dialect counts it; null: it tells none. */
  readonly usage: object | null;
  /** A chunk of its own after the last choice, beside the ending, or in every chunk. */
  readonly usageIn: "own-chunk" | "ending" | "every";
  /** Whether a refusal stands in a field of its own. */
  readonly refusals: boolean;
  /** The field of the model's thoughts, which stand before its answer; absent: they are not shown. */
  readonly thoughts?: string;
  /** `pieces`, or each call whole in one chunk. */
  readonly toolCalls: "pieces" | "whole";
  /** Before an id of a call; null: the server gives none. */
  readonly toolCallIdPrefix: string | null;
  readonly finishReason?: string;
  readonly choiceFields?: object;
  /** What each delta says besides; Text Generation Inference repeats the role. */
  readonly deltaFields?: object;
  /** Beside the delta of each chunk; Perplexity repeats the message so far there. */
  readonly besideDelta?: (said: string) => object;
  /** Frames before the first chunk. */
  readonly before?: readonly string[];
  readonly fieldStart?: "data: " | "data:";
  readonly done?: boolean;
}

export function finishReason(reply: Reply): string {
  if (reply.ending === "truncated") return "length";
  if (reply.toolCalls.length > 0) return "tool_calls";
  return reply.ending === "filtered" ? "content_filter" : "stop";
}

const THOUGHTS = "Weighing what was asked.";

/** A chat completion as server-sent events in a dialect. */
export function chatFrames(_ask: Ask, reply: Reply, style: ChatStreamStyle): string[] {
  const { head, usage, usageIn, fieldStart = "data: ", choiceFields = {}, deltaFields, done = true } = style;
  let said = "";
  const event = (body: object): string => `${fieldStart}${JSON.stringify(body)}\n\n`;
  const chunk = (delta: object, finish: string | null, more: object = {}): string => {
    const beside = style.besideDelta?.(said) ?? {};
    const choices = [{ index: 0, delta: deltaFields ? { ...deltaFields, ...delta } : delta, ...beside, ...choiceFields, finish_reason: finish }];
    return event({ ...head, choices, ...(usageIn === "every" && usage ? { usage } : {}), ...more });
  };
  const refused = style.refusals && reply.ending === "refused";
  const list = [...(style.before ?? []), chunk({ role: "assistant", content: refused ? null : "" }, null)];
  if (style.thoughts !== undefined && reply.usage.reasoning > 0) {
    for (const piece of pieces(THOUGHTS)) list.push(chunk({ [style.thoughts]: piece }, null));
  }
  for (const piece of pieces(reply.text)) {
    said += piece;
    list.push(chunk({ [refused ? "refusal" : "content"]: piece }, null));
  }
  for (const delta of toolCallDeltas(reply, style)) list.push(chunk({ tool_calls: [delta] }, null));
  list.push(chunk({}, style.finishReason ?? finishReason(reply), usageIn === "ending" && usage ? { usage } : {}));
  if (usageIn === "own-chunk" && usage) list.push(event({ ...head, choices: [], usage }));
  if (done) list.push(`${fieldStart}[DONE]\n\n`);
  return list;
}

function toolCallDeltas({ toolCalls }: Reply, { toolCalls: how, toolCallIdPrefix }: ChatStreamStyle): object[] {
  return toolCalls.flatMap(({ id, name, arguments: text }, index) => {
    const named = { index, ...(toolCallIdPrefix === null ? {} : { id: toolCallIdPrefix + id }), type: "function" };
    if (how === "whole") return [{ ...named, function: { name, arguments: text } }];
    return [{ ...named, function: { name, arguments: "" } }, ...pieces(text).map((piece) => ({ index, function: { arguments: piece } }))];
  });
}
