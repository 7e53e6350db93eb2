import { type Ask, type AskedFormat, BadRequest, contentText, isObject, type JsonObject, positiveInteger, toAsk } from "../ask";
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

/** Reads a Converse request: the model stands in the path, the system prompt beside the messages. Throws BadRequest. */
export function parseConverseRequest(body: unknown, { model }: Target): Ask {
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
    texts.push(contentText(message["content"]));
    if (role === "user") question = texts.at(-1) ?? "";
  }
  return toAsk({
    api: "bedrock",
    model: decodeURIComponent(model ?? ""),
    stream: false,
    includeUsage: true,
    outputTokensMax: isObject(inferenceConfig) ? positiveInteger(inferenceConfig, "maxTokens") : null,
    format: formatOf(body),
    texts,
    question,
    cacheable: null,
  });
}
