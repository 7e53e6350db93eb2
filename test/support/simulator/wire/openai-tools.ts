import { BadRequest, isObject, type JsonObject } from "../ask";
import { type AskedChoice, type Tooling, ToolingReader } from "../asked-tools";

const DATA_URL = /^data:([\w/+.-]+);base64,(.*)$/s;
const ID_CHARACTERS_MAX = 40;
const CHOICES: ReadonlySet<unknown> = new Set(["auto", "required", "none"]);

/** Reads what a chat completion request says of tools and pictures. Throws BadRequest. */
export function openAiTooling(body: JsonObject, messages: readonly JsonObject[], idCharactersMax = ID_CHARACTERS_MAX): Tooling {
  const reader = new ToolingReader(400, "messages");
  for (const tool of Array.isArray(body["tools"]) ? body["tools"] : []) {
    const declared = isObject(tool) && tool["type"] === "function" ? tool["function"] : undefined;
    if (!isObject(declared)) throw new BadRequest("Invalid value for 'tools': expected functions.", "tools");
    reader.tool(declared["name"], declared["parameters"] ?? {});
  }
  if (body["tool_choice"] !== undefined) reader.choose(choiceOf(body["tool_choice"]));
  for (const message of messages) {
    if (message["role"] === "tool") reader.result(message["tool_call_id"]);
    else reader.turn();
    readParts(message, reader);
    readCalls(message, reader, idCharactersMax);
  }
  return reader.read();
}

function choiceOf(choice: unknown): AskedChoice {
  if (CHOICES.has(choice)) return choice as AskedChoice;
  const name = isObject(choice) && isObject(choice["function"]) ? choice["function"]["name"] : undefined;
  if (typeof name === "string") return { name };
  throw new BadRequest("Invalid value for 'tool_choice'.", "tool_choice");
}

function readParts({ role, content }: JsonObject, reader: ToolingReader): void {
  if (!Array.isArray(content)) return;
  for (const part of content) {
    if (!isObject(part) || part["type"] === "text") continue;
    if (role !== "user") throw new BadRequest(`Invalid content type: messages of role '${String(role)}' hold text alone.`, "messages");
    const address = part["type"] === "image_url" && isObject(part["image_url"]) ? part["image_url"]["url"] : undefined;
    const match = DATA_URL.exec(String(address));
    if (match === null) throw new BadRequest("Invalid image: expected a data URL.", "messages");
    reader.image(match[1], match[2]);
  }
}

function readCalls({ tool_calls: calls }: JsonObject, reader: ToolingReader, idCharactersMax: number): void {
  if (!Array.isArray(calls)) return;
  for (const call of calls) {
    const asked = isObject(call) ? call["function"] : undefined;
    if (!isObject(call) || !isObject(asked)) throw new BadRequest("Invalid value for 'tool_calls'.", "messages");
    if (String(call["id"]).length > idCharactersMax) throw new BadRequest("Invalid 'messages.tool_calls.id': string too long.", "messages");
    reader.call(call["id"], asked["name"], asked["arguments"]);
  }
}
