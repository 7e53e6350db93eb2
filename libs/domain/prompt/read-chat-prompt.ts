import { AppError } from "@leverframe/kernel";
import type { ChatMessage, ChatPrompt, ChatRole, ContentPart, ToolCall } from "./chat-prompt";
import { readImageAddress } from "./read-image";
import { readTools } from "./read-tools";

const ROLES: ReadonlySet<string> = new Set<ChatRole>(["system", "user", "assistant", "tool"]);
const MESSAGES_MAX = 2_000;
const utf8 = new TextDecoder("utf-8", { fatal: true });

const bad = (message: string, cause?: unknown) => new AppError("bad_input", message, { cause });

/** Reads the prompt bytes. Throws AppError `bad_input` that names the field, what was found and what is expected. */
export function readChatPrompt(bytes: Uint8Array): ChatPrompt {
  const parsed = parseJson(bytes) as { messages?: unknown; tools?: unknown; tool_choice?: unknown } | null;
  const messages = parsed?.messages;
  if (!Array.isArray(messages) || messages.length === 0)
    throw bad("prompt: expected an object with a non-empty list `messages`");
  if (messages.length > MESSAGES_MAX)
    throw bad(`prompt.messages: ${messages.length} messages, expected at most ${MESSAGES_MAX}`);
  return { messages: messages.map(readMessage), ...readTools(parsed?.tools, parsed?.tool_choice) };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw bad('prompt: expected UTF-8 JSON such as {"messages":[{"role":"user","content":"…"}]}', cause);
  }
}

interface WireMessage {
  readonly role?: unknown;
  readonly content?: unknown;
  readonly tool_calls?: unknown;
  readonly tool_call_id?: unknown;
}

function readMessage(message: unknown, index: number): ChatMessage {
  const at = `prompt.messages[${index}]`;
  if (message === null || typeof message !== "object") throw bad(`${at}: expected an object with role and content`);
  const { role, content, tool_calls: calls, tool_call_id: answered } = message as WireMessage;
  if (typeof role !== "string" || !ROLES.has(role))
    throw bad(`${at}.role: \`${String(role).slice(0, 40)}\`, expected one of system, user, assistant, tool`);
  const toolCalls = calls === undefined || calls === null ? null : readToolCalls(calls, role, at);
  const read = readContent(content, toolCalls !== null, at);
  if (read.parts && role !== "user" && role !== "tool") throw bad(`${at}.content: images are taken from user and tool messages alone`);
  return {
    role: role as ChatRole,
    ...read,
    ...(toolCalls === null ? {} : { toolCalls }),
    ...(role === "tool" ? { toolCallId: readId(answered, `${at}.tool_call_id`) } : {}),
  };
}

function readContent(content: unknown, mayBeAbsent: boolean, at: string): Pick<ChatMessage, "content" | "parts"> {
  if (typeof content === "string") return { content };
  if ((content === null || content === undefined) && mayBeAbsent) return { content: "" };
  if (!Array.isArray(content) || content.length === 0) throw bad(`${at}.content: expected text, or a non-empty list of parts`);
  const parts = content.map((part, index) => readPart(part, `${at}.content[${index}]`));
  const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  return parts.some(({ type }) => type === "image") ? { content: text, parts } : { content: text };
}

function readPart(part: unknown, at: string): ContentPart {
  const { type, text, image_url: address } = (part ?? {}) as { type?: unknown; text?: unknown; image_url?: { url?: unknown } };
  if (type === "text" && typeof text === "string") return { type, text };
  if (type === "image_url") return { type: "image", image: readImageAddress(address?.url, `${at}.image_url.url`) };
  throw bad(`${at}.type: \`${String(type).slice(0, 40)}\`, expected \`text\` with a text, or \`image_url\``);
}

function readToolCalls(calls: unknown, role: string, at: string): readonly ToolCall[] {
  if (role !== "assistant") throw bad(`${at}.tool_calls: only an assistant's message holds them`);
  if (!Array.isArray(calls) || calls.length === 0) throw bad(`${at}.tool_calls: expected a non-empty list`);
  return calls.map((call: unknown, index) => {
    const where = `${at}.tool_calls[${index}]`;
    const { id, function: called } = (call ?? {}) as { id?: unknown; function?: { name?: unknown; arguments?: unknown } };
    if (typeof called?.name !== "string" || called.name === "") throw bad(`${where}.function.name: expected the tool's name`);
    if (typeof called.arguments !== "string") throw bad(`${where}.function.arguments: expected JSON as text`);
    return { id: readId(id, `${where}.id`), name: called.name, arguments: called.arguments };
  });
}

function readId(id: unknown, at: string): string {
  if (typeof id !== "string" || id === "" || id.length > 200) throw bad(`${at}: expected the id of a tool call, at most 200 characters`);
  return id;
}
