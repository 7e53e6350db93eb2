import { type Ask, type AskedFormat, BadRequest, type CacheablePrefix, contentText, isObject, type JsonObject, positiveInteger, toAsk } from "../ask";
import { type Tooling, ToolingReader } from "../asked-tools";
import { countTokens } from "../tokens";
import type { Target } from "./reply";

function formatOf(body: JsonObject): AskedFormat {
  const config = body["outputConfig"];
  const format = isObject(config) ? config["textFormat"] : undefined;
  if (!isObject(format)) return { kind: "text" };
  const { type, structure } = format;
  const definition = isObject(structure) ? structure["jsonSchema"] : undefined;
  const text = isObject(definition) ? definition["schema"] : undefined;
  if (type !== "json_schema" || typeof text !== "string") throw new BadRequest("Malformed input request: outputConfig", "ValidationException");
  try {
    const schema: unknown = JSON.parse(text);
    if (isObject(schema)) return { kind: "schema", schema };
  } catch {
    // Told below, as any schema that is none.
  }
  throw new BadRequest("The provided schema is not valid JSON.", "ValidationException");
}

/** `validation` is what AWS calls a request that it turns away. */
const VALIDATION = "ValidationException";

function toolingOf(body: JsonObject, messages: readonly JsonObject[]): Tooling {
  const reader = new ToolingReader(400, VALIDATION);
  const config = isObject(body["toolConfig"]) ? body["toolConfig"] : undefined;
  for (const tool of Array.isArray(config?.["tools"]) ? config["tools"] : []) {
    const spec = isObject(tool) ? tool["toolSpec"] : undefined;
    if (isObject(spec) && isObject(spec["inputSchema"])) reader.tool(spec["name"], spec["inputSchema"]["json"]);
  }
  const choice = config?.["toolChoice"];
  if (isObject(choice)) reader.choose(isObject(choice["tool"]) ? { name: String(choice["tool"]["name"]) } : "any" in choice ? "required" : "auto");
  for (const { content } of messages) readTurn((content as unknown[]).filter(isObject), config !== undefined, reader);
  return reader.read();
}

const TOOL_USE_ID = /^[a-zA-Z0-9_-]{1,64}$/;

function readTurn(blocks: readonly JsonObject[], withTools: boolean, reader: ToolingReader): void {
  if (!blocks.some(({ toolResult }) => toolResult)) reader.turn();
  for (const { text, toolUse, toolResult, image } of blocks) {
    if (text === "") throw new BadRequest("The text field in the ContentBlock object is blank.", VALIDATION);
    if ((toolUse || toolResult) && !withTools) throw new BadRequest("The toolConfig field must be defined when using toolUse and toolResult content blocks.", VALIDATION);
    if (isObject(toolUse)) {
      if (!TOOL_USE_ID.test(String(toolUse["toolUseId"]))) throw new BadRequest("Value at 'toolUseId' failed to satisfy constraint: [a-zA-Z0-9_-]+", VALIDATION);
      reader.call(toolUse["toolUseId"], toolUse["name"], JSON.stringify(toolUse["input"]));
    }
    if (isObject(toolResult)) {
      reader.result(toolResult["toolUseId"]);
      for (const inner of Array.isArray(toolResult["content"]) ? toolResult["content"] : []) if (isObject(inner)) readImage(inner["image"], reader);
    }
    readImage(image, reader);
  }
}

function readImage(image: unknown, reader: ToolingReader): void {
  if (isObject(image)) reader.image(`image/${String(image["format"])}`, isObject(image["source"]) ? image["source"]["bytes"] : undefined);
}

/** Each result is a message of its own where the prompt came from. */
function turnTexts(content: readonly unknown[]): string[] {
  const results = content.filter(isObject).flatMap(({ toolResult }) => (isObject(toolResult) ? [contentText(toolResult["content"])] : []));
  return results.length > 0 ? results : [contentText(content)];
}

const CACHED_TOKENS_MIN = 1_024;

function cacheableOf(system: unknown): CacheablePrefix | null {
  if (!Array.isArray(system) || !system.some((block) => isObject(block) && isObject(block["cachePoint"]))) return null;
  const text = contentText(system);
  const tokens = countTokens(text);
  return tokens < CACHED_TOKENS_MIN ? null : { text, tokens, billsWrites: true };
}

/** Reads a Converse request: the model stands in the path, the system prompt beside the messages. Throws BadRequest. */
export function parseConverseRequest(body: unknown, { model, path }: Target): Ask {
  if (!isObject(body)) throw new BadRequest("Malformed input request", "SerializationException");
  const { messages, system, inferenceConfig } = body;
  if (!Array.isArray(messages) || messages.length === 0) throw new BadRequest("A conversation must start with a user message.", "ValidationException");
  const texts = Array.isArray(system) ? [contentText(system)] : [];
  let question = "";
  for (const message of messages) {
    const role = isObject(message) ? message["role"] : undefined;
    if (!isObject(message) || (role !== "user" && role !== "assistant") || !Array.isArray(message["content"])) {
      throw new BadRequest("Value at 'messages' failed to satisfy constraint: a role and a list of content blocks.", "ValidationException");
    }
    texts.push(...turnTexts(message["content"]));
    if (role === "user") question = texts.at(-1) ?? "";
  }
  return toAsk({
    api: "bedrock",
    model: decodeURIComponent(model ?? ""),
    stream: path.endsWith("/converse-stream"),
    includeUsage: true,
    outputTokensMax: isObject(inferenceConfig) ? positiveInteger(inferenceConfig, "maxTokens") : null,
    format: formatOf(body),
    texts,
    question,
    cacheable: cacheableOf(system),
    tooling: toolingOf(body, messages as JsonObject[]),
  });
}
