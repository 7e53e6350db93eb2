import { AppError } from "@leverframe/kernel";
import type { ChatPrompt, Tool, ToolChoice } from "./chat-prompt";

const TOOLS_MAX = 256;
/** What every provider takes as a name. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const CHOICES: ReadonlySet<unknown> = new Set(["auto", "required", "none"]);

const bad = (message: string) => new AppError("bad_input", message);

/** Reads `tools` and `tool_choice` of a prompt. Throws AppError `bad_input` that names the field and what is expected. */
export function readTools(tools: unknown, choice: unknown): Pick<ChatPrompt, "tools" | "toolChoice"> {
  const read = tools === undefined || tools === null ? [] : readList(tools);
  const toolChoice = choice === undefined || choice === null ? null : readChoice(choice, read);
  return { ...(read.length === 0 ? {} : { tools: read }), ...(toolChoice === null ? {} : { toolChoice }) };
}

function readList(tools: unknown): readonly Tool[] {
  if (!Array.isArray(tools)) throw bad("prompt.tools: expected a list");
  if (tools.length > TOOLS_MAX) throw bad(`prompt.tools: ${tools.length} tools, expected at most ${TOOLS_MAX}`);
  return tools.map(readTool);
}

function readTool(tool: unknown, index: number): Tool {
  const at = `prompt.tools[${index}]`;
  const { type, function: declared } = (tool ?? {}) as { type?: unknown; function?: Record<string, unknown> };
  if (type !== "function" || declared === null || typeof declared !== "object") {
    throw bad(`${at}.type: \`${String(type).slice(0, 40)}\`, expected \`function\` with a \`function\` object`);
  }
  const { name, description, parameters } = declared;
  if (typeof name !== "string" || !NAME.test(name)) {
    throw bad(`${at}.function.name: \`${String(name).slice(0, 80)}\`, expected 1 to 64 letters, digits, _ or -`);
  }
  if (description !== undefined && description !== null && typeof description !== "string") throw bad(`${at}.function.description: expected text`);
  if (parameters !== undefined && (parameters === null || typeof parameters !== "object" || Array.isArray(parameters))) {
    throw bad(`${at}.function.parameters: expected a JSON Schema object`);
  }
  return { name, description: description ?? null, parameters: (parameters ?? { type: "object", properties: {} }) as Tool["parameters"] };
}

function readChoice(choice: unknown, tools: readonly Tool[]): ToolChoice {
  if (CHOICES.has(choice)) return choice as ToolChoice;
  const name = (choice as { function?: { name?: unknown } } | null)?.function?.name;
  if (typeof name === "string" && tools.some((tool) => tool.name === name)) return { name };
  const found = typeof choice === "string" ? choice : String(name ?? JSON.stringify(choice));
  throw bad(`prompt.tool_choice: \`${found.slice(0, 80)}\`, expected auto, required, none, or a function that \`tools\` declares`);
}
