import { AppError } from "@leverframe/kernel";

export type ChatRole = "system" | "user" | "assistant";

export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
}

const ROLES: ReadonlySet<string> = new Set<ChatRole>(["system", "user", "assistant"]);
const MESSAGES_MAX = 10_000;
const QUOTED_CHARACTERS_MAX = 80;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The conversation in a request's prompt: UTF-8 JSON `{"messages":[{"role","content"}]}`.
 * A member that is not known is refused rather than dropped: the model would be asked something else than the caller wrote.
 * Throws AppError `bad_input` that names the place.
 */
export function parseChatPrompt(prompt: Uint8Array): readonly ChatMessage[] {
  const { messages, ...rest } = membersOf(parsedJson(prompt), "prompt");
  refuseUnknown(rest, "prompt");
  if (!Array.isArray(messages)) throw bad("prompt.messages", messages, "a list of messages");
  if (messages.length === 0 || messages.length > MESSAGES_MAX) {
    throw bad("prompt.messages", messages.length, `1 to ${MESSAGES_MAX} messages`);
  }
  const parsed = messages.map(parseMessage);
  if (!parsed.some(({ role }) => role !== "system")) {
    throw bad("prompt.messages", "system", "at least one message whose role is user or assistant");
  }
  return parsed;
}

function parsedJson(prompt: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(prompt));
  } catch (cause) {
    throw new AppError("bad_input", "prompt is not UTF-8 JSON; expected an object with `messages`", { cause });
  }
}

function parseMessage(value: unknown, index: number): ChatMessage {
  const place = `prompt.messages[${index}]`;
  const { role, content, ...rest } = membersOf(value, place);
  refuseUnknown(rest, place);
  if (typeof role !== "string" || !ROLES.has(role)) throw bad(`${place}.role`, role, "system, user or assistant");
  if (typeof content !== "string") throw bad(`${place}.content`, content, "a text");
  return { role: role as ChatRole, content };
}

function membersOf(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw bad(place, value, "an object");
}

function refuseUnknown(rest: Record<string, unknown>, place: string): void {
  const [name] = Object.keys(rest);
  if (name !== undefined) throw new AppError("bad_input", `${place} has a member \`${clip(name)}\` that is not supported`);
}

/** The value stands in the message only where it cannot be the prompt's own text. */
function bad(place: string, value: unknown, expected: string): AppError {
  const shown = Array.isArray(value) ? "a list" : value !== null && typeof value === "object" ? "an object" : clip(String(value));
  return new AppError("bad_input", `${place} is \`${shown}\`; expected ${expected}`);
}

const clip = (text: string): string =>
  text.length > QUOTED_CHARACTERS_MAX ? `${text.slice(0, QUOTED_CHARACTERS_MAX)}…` : text;
