import {
  BadRequest,
  contentText,
  isObject,
  positiveInteger,
  toAsk,
  type Ask,
  type AskedFormat,
  type CacheablePrefix,
  type JsonObject,
} from "../ask";
import { ToolingReader } from "../asked-tools";
import { countTokens } from "../tokens";

function parseFormat(body: JsonObject): AskedFormat {
  const config = body["output_config"];
  const format = isObject(config) ? config["format"] : undefined;
  if (!isObject(format)) return { kind: "text" };
  const { type, schema } = format;
  if (type !== "json_schema" || !isObject(schema)) {
    throw new BadRequest("output_config.format: Input should be a JSON schema output format", "output_config.format");
  }
  return { kind: "schema", schema };
}

/** What is shorter is passed over. */
const CACHED_TOKENS_MIN = 1_024;
const ID = /^[a-zA-Z0-9_-]+$/;

function toolsOf(body: JsonObject): ToolingReader {
  const reader = new ToolingReader(400, "messages");
  for (const tool of Array.isArray(body["tools"]) ? body["tools"] : []) {
    if (!isObject(tool) || !isObject(tool["input_schema"]) || tool["input_schema"]["type"] !== "object") throw new BadRequest("tools.0.input_schema.type: Field required");
    reader.tool(tool["name"], tool["input_schema"]);
  }
  const choice = body["tool_choice"];
  if (!isObject(choice)) return reader;
  if (choice["type"] === "tool" && typeof choice["name"] === "string") reader.choose({ name: choice["name"] });
  else if (choice["type"] === "any") reader.choose("required");
  else if (choice["type"] === "auto" || choice["type"] === "none") reader.choose(choice["type"]);
  else throw new BadRequest("tool_choice: Input tag does not match any of the expected tags");
  return reader;
}

/** A turn of the user begins with the results of tools, if there are any. */
function readTurn({ content }: JsonObject, role: string, reader: ToolingReader): void {
  const blocks = Array.isArray(content) ? content.filter(isObject) : [];
  if (!blocks.some(({ type }) => type === "tool_result")) reader.turn();
  if (blocks.some(({ type, text }) => type === "text" && text === "")) throw new BadRequest("messages: text content blocks must be non-empty");
  for (const block of blocks) {
    if (block["type"] === "tool_result") {
      reader.result(block["tool_use_id"]);
      readImages(Array.isArray(block["content"]) ? block["content"].filter(isObject) : [], reader);
    } else if (block["type"] === "tool_use") {
      const { id, name, input } = block;
      if (role !== "assistant" || !ID.test(String(id)) || !isObject(input)) throw new BadRequest("messages: tool_use ids match '^[a-zA-Z0-9_-]+$', and inputs are objects");
      reader.call(id, name, JSON.stringify(input));
    }
  }
  readImages(blocks, reader);
}

function readImages(blocks: readonly JsonObject[], reader: ToolingReader): void {
  for (const { type, source } of blocks) if (type === "image" && isObject(source)) reader.image(source["media_type"], source["data"]);
}

/** Collects the texts, and how far the last `cache_control` block reaches into them. */
class Contents {
  readonly texts: string[] = [];
  private cached: string | null = null;

  add(content: unknown): void {
    if (Array.isArray(content)) {
      const marked = content.findLastIndex((part) => isObject(part) && isObject(part["cache_control"]));
      if (marked >= 0) this.cached = this.texts.join("\n") + contentText(content.slice(0, marked + 1));
    }
    const results = Array.isArray(content) ? content.filter((part) => isObject(part) && part["type"] === "tool_result") : [];
    // Each result is a message of its own where the prompt came from.
    if (results.length > 0) this.texts.push(...results.map((result: JsonObject) => contentText(result["content"])));
    else this.texts.push(contentText(content));
  }

  cacheable(): CacheablePrefix | null {
    if (this.cached === null) return null;
    const tokens = countTokens(this.cached);
    return tokens < CACHED_TOKENS_MIN ? null : { text: this.cached, tokens, billsWrites: true };
  }
}

/** Reads a messages request. Throws BadRequest. */
export function parseAnthropicRequest(body: unknown): Ask {
  if (!isObject(body)) throw new BadRequest("The request body is not valid JSON.");
  const { model, messages, system } = body;
  if (typeof model !== "string" || model === "") throw new BadRequest("model: Field required", "model");
  const outputTokensMax = positiveInteger(body, "max_tokens");
  if (outputTokensMax === null) throw new BadRequest("max_tokens: Field required", "max_tokens");
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new BadRequest("messages: at least one message is required", "messages");
  }
  const contents = new Contents();
  const tooling = toolsOf(body);
  if (system !== undefined) contents.add(system);
  let question = "";
  for (const message of messages) {
    const role = isObject(message) ? message["role"] : undefined;
    if (!isObject(message) || (role !== "user" && role !== "assistant" && role !== "system")) {
      throw new BadRequest("messages: Input should be 'user' or 'assistant'", "messages");
    }
    contents.add(message["content"]);
    readTurn(message, role, tooling);
    if (role === "user") question = contents.texts.at(-1) ?? "";
  }
  return toAsk({
    api: "anthropic",
    model,
    stream: body["stream"] === true,
    includeUsage: true,
    outputTokensMax,
    format: parseFormat(body),
    texts: contents.texts,
    question,
    cacheable: contents.cacheable(),
    tooling: tooling.read(),
  });
}
