import type { ChatMessage, ChatPrompt } from "@leverframe/prompt";
import { isJson, unhidden, withoutEscapes } from "./json-text";

/** One text that a model will read and that may be rewritten. */
export interface PromptText {
  readonly text: string;
  /** As recognisers are to read it: of the same length. */
  readonly scanned: string;
  /** It must still be JSON afterwards. */
  readonly json: boolean;
}

/** Every text of the prompt that can be rewritten, in the order in which `withTexts` takes them back. */
export function textsOf(prompt: ChatPrompt): readonly PromptText[] {
  const texts: PromptText[] = [];
  mapTexts(prompt, (text, mayBeJson) => {
    const json = mayBeJson && isJson(text);
    const shown = json ? unhidden(text) : text;
    texts.push({ text: shown, scanned: json ? withoutEscapes(shown) : shown, json });
    return text;
  });
  return texts;
}

/** The prompt with other texts. */
export function withTexts(prompt: ChatPrompt, texts: readonly string[]): ChatPrompt {
  let next = 0;
  return mapTexts(prompt, () => texts[next++]!);
}

type MapText = (text: string, mayBeJson: boolean) => string;

function mapTexts(prompt: ChatPrompt, map: MapText): ChatPrompt {
  const messages = prompt.messages.map((message) => mapMessage(message, map));
  const tools = prompt.tools?.map((tool) => (tool.description === null ? tool : { ...tool, description: map(tool.description, false) }));
  return tools === undefined ? { ...prompt, messages } : { ...prompt, messages, tools };
}

function mapMessage(message: ChatMessage, map: MapText): ChatMessage {
  const mayBeJson = message.role === "tool";
  const parts = message.parts?.map((part) => (part.type === "text" ? { ...part, text: map(part.text, mayBeJson) } : part));
  const content = parts === undefined ? map(message.content, mayBeJson) : parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  const toolCalls = message.toolCalls?.map((call) => ({ ...call, arguments: map(call.arguments, true) }));
  return { ...message, content, ...(parts === undefined ? {} : { parts }), ...(toolCalls === undefined ? {} : { toolCalls }) };
}
