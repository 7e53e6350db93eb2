import { hash } from "node:crypto";
import type { ProviderCall } from "@leverframe/execution";
import type { ToolCall } from "@leverframe/prompt";

const MADE_CHARACTERS = 24;

/** An id for a call of a tool that came without one: the same for the same call of the same attempt. */
const madeToolCallId = ({ attemptId }: ProviderCall, index: number): string =>
  `call_${hash("sha256", `${attemptId} ${index}`, "hex").slice(0, MADE_CHARACTERS)}`;

/** The id that the provider gave, or one that is made; a name that is none is empty. */
export const toolCallId = (told: unknown, call: ProviderCall, index: number): string => (typeof told === "string" && told !== "" ? told : madeToolCallId(call, index));
export const toolName = (told: unknown): string => (typeof told === "string" ? told : "");

/**
 * The conversation with ids that an API takes: a turn may come from another provider, whose ids look otherwise. Those
 * that do not fit are replaced by a hash of theirs, so that a result still belongs to its call.
 */
export function withFittingIds(messages: ProviderCall["messages"], fits: RegExp, characters: number): ProviderCall["messages"] {
  const fitting = (id: string): string => (fits.test(id) ? id : hash("sha256", id, "hex").slice(0, characters));
  return messages.map((message) => {
    if (message.toolCalls) return { ...message, toolCalls: message.toolCalls.map((call) => ({ ...call, id: fitting(call.id) })) };
    return message.toolCallId === undefined ? message : { ...message, toolCallId: fitting(message.toolCallId) };
  });
}

/** A call's arguments as a value, for APIs that take no text: what is no JSON object is put into one. */
export function argumentsOf({ arguments: text }: ToolCall): Record<string, unknown> {
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };
  } catch {
    return { text };
  }
}
