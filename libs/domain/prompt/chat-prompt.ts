export type ChatRole = "system" | "user" | "assistant" | "tool";

/** A picture that travels inside the prompt. Addresses are not taken: nobody fetches anything on a prompt's word. */
export interface Image {
  readonly mediaType: ImageMediaType;
  /** Base64, without line breaks. */
  readonly data: string;
}

export type ImageMediaType = "image/png" | "image/jpeg" | "image/webp" | "image/gif";

export type ContentPart = { readonly type: "text"; readonly text: string } | { readonly type: "image"; readonly image: Image };

/** What a model asked a tool of the application for. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it; never parsed on the way. */
  readonly arguments: string;
}

export interface ChatMessage {
  readonly role: ChatRole;
  /** All of the message's text; where there are `parts`, their texts joined by line breaks. */
  readonly content: string;
  /** Present when the message holds more than text. */
  readonly parts?: readonly ContentPart[];
  /** An assistant's turn that asked for tools; absent when it did not. */
  readonly toolCalls?: readonly ToolCall[];
  /** Of a `tool` message alone: the call that it answers. */
  readonly toolCallId?: string;
}

/** A tool that the model may ask for. */
export interface Tool {
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Whether the model may, must or must not ask for tools, or which one it must ask for. */
export type ToolChoice = "auto" | "required" | "none" | { readonly name: string };

/**
 * A conversation. It travels in `request.prompt` as UTF-8 JSON in the chat format that developers know:
 * `{"messages":[{"role":"user","content":"…"}],"tools":[{"type":"function","function":{…}}],"tool_choice":"auto"}`.
 */
export interface ChatPrompt {
  readonly messages: readonly ChatMessage[];
  /** Absent: none. */
  readonly tools?: readonly Tool[];
  /** Absent: `auto`. */
  readonly toolChoice?: ToolChoice;
}

/** Every text of the prompt that a model will read, whoever wrote it: what classification and redaction look at. */
export function promptTexts({ messages, tools = [] }: ChatPrompt): readonly string[] {
  const texts = messages.flatMap(({ content, toolCalls = [] }) => [content, ...toolCalls.map((call) => call.arguments)]);
  return [...texts, ...tools.flatMap(({ description }) => (description === null ? [] : [description]))];
}

export const imagesOf = ({ messages }: ChatPrompt): readonly Image[] =>
  messages.flatMap(({ parts = [] }) => parts.flatMap((part) => (part.type === "image" ? [part.image] : [])));
