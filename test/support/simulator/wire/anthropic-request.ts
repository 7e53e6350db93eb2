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

/** Collects the texts, and how far the last `cache_control` block reaches into them. */
class Contents {
  readonly texts: string[] = [];
  private cached: string | null = null;

  add(content: unknown): void {
    if (Array.isArray(content)) {
      const marked = content.findLastIndex((part) => isObject(part) && isObject(part["cache_control"]));
      if (marked >= 0) this.cached = this.texts.join("\n") + contentText(content.slice(0, marked + 1));
    }
    this.texts.push(contentText(content));
  }

  cacheable(): CacheablePrefix | null {
    if (this.cached === null) return null;
    const tokens = countTokens(this.cached);
    return tokens === 0 ? null : { text: this.cached, tokens, billsWrites: true };
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
  if (system !== undefined) contents.add(system);
  let question = "";
  for (const message of messages) {
    const role = isObject(message) ? message["role"] : undefined;
    if (!isObject(message) || (role !== "user" && role !== "assistant" && role !== "system")) {
      throw new BadRequest("messages: Input should be 'user' or 'assistant'", "messages");
    }
    contents.add(message["content"]);
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
  });
}
