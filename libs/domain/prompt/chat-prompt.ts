import { AppError } from "@leverframe/kernel";

export type ChatRole = "system" | "user" | "assistant";

export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
}

/** A conversation as it travels in `request.prompt`: UTF-8 JSON `{"messages":[{"role":"user","content":"…"}]}`. */
export interface ChatPrompt {
  readonly messages: readonly ChatMessage[];
}

const ROLES: ReadonlySet<string> = new Set<ChatRole>(["system", "user", "assistant"]);
const MESSAGES_MAX = 2_000;
const utf8 = new TextDecoder("utf-8", { fatal: true });

const bad = (message: string, cause?: unknown) => new AppError("bad_input", message, { cause });

/** Reads the prompt bytes. Throws AppError `bad_input` that names the field, what was found and what is expected. */
export function readChatPrompt(bytes: Uint8Array): ChatPrompt {
  const parsed = parseJson(bytes);
  const messages = (parsed as { messages?: unknown } | null)?.messages;
  if (!Array.isArray(messages) || messages.length === 0)
    throw bad("prompt: expected an object with a non-empty list `messages`");
  if (messages.length > MESSAGES_MAX)
    throw bad(`prompt.messages: ${messages.length} messages, expected at most ${MESSAGES_MAX}`);
  return { messages: messages.map(readMessage) };
}

/** The prompt as the bytes that travel; the inverse of `readChatPrompt`. */
export function writeChatPrompt(prompt: ChatPrompt): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(prompt));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw bad('prompt: expected UTF-8 JSON such as {"messages":[{"role":"user","content":"…"}]}', cause);
  }
}

function readMessage(message: unknown, index: number): ChatMessage {
  const at = `prompt.messages[${index}]`;
  if (message === null || typeof message !== "object") throw bad(`${at}: expected an object with role and content`);
  const { role, content } = message as { role?: unknown; content?: unknown };
  if (typeof role !== "string" || !ROLES.has(role))
    throw bad(`${at}.role: \`${String(role).slice(0, 40)}\`, expected one of system, user, assistant`);
  if (typeof content !== "string") throw bad(`${at}.content: expected text`);
  return { role: role as ChatRole, content };
}
