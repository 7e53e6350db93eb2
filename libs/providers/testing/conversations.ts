import type { ChatMessage, ContentPart, Image, Tool, ToolCall } from "@leverframe/prompt";

/** One pixel. */
export const PNG: Image = {
  mediaType: "image/png",
  data: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
};

const input = (name: string) => ({ type: "object", properties: { [name]: { type: "string" } }, required: [name], additionalProperties: false });

export const WEATHER: Tool = { name: "get_weather", description: "The weather in a city.", parameters: input("city") };
export const TIMETABLE: Tool = { name: "find-train", description: null, parameters: input("from") };
export const TOOLS: readonly Tool[] = [WEATHER, TIMETABLE];

const system: ChatMessage = { role: "system", content: "You answer briefly." };

/** A question, what the model asked tools for, and what they said. */
export const answeredBy = (question: string, toolCalls: readonly ToolCall[], results: readonly string[]): readonly ChatMessage[] => [
  system,
  { role: "user", content: question },
  { role: "assistant", content: "", toolCalls },
  ...toolCalls.map(({ id }, index): ChatMessage => ({ role: "tool", content: results[index] ?? "", toolCallId: id })),
];

export function withImage(text: string, image: Image = PNG): readonly ChatMessage[] {
  const parts: readonly ContentPart[] = [{ type: "text", text }, { type: "image", image }];
  return [system, { role: "user", content: text, parts }];
}
