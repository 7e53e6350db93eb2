import { type Ask, type AskedFormat, BadRequest, contentText, isObject, type JsonObject, positiveInteger, toAsk } from "../ask";
import type { Api } from "../model-profile";
import { cacheablePrefix } from "./openai-request";
import type { Target } from "./reply";

const FIELDS: ReadonlySet<string> = new Set(["contents", "systemInstruction", "generationConfig", "safetySettings", "tools", "toolConfig", "cachedContent", "labels"]);

function partsText(content: unknown): string {
  return isObject(content) ? contentText(content["parts"]) : "";
}

function formatOf(config: JsonObject): AskedFormat {
  if (config["responseMimeType"] !== "application/json") {
    if (config["responseJsonSchema"] !== undefined) {
      throw new BadRequest("Response schema is only supported with response mime type `application/json`.", "INVALID_ARGUMENT");
    }
    return { kind: "text" };
  }
  const schema = config["responseJsonSchema"];
  return isObject(schema) ? { kind: "schema", schema } : { kind: "json" };
}

/** Reads a generateContent request. Throws BadRequest. */
export function parseGoogleRequest(body: unknown, { model }: Target, api: Api): Ask {
  if (!isObject(body)) throw new BadRequest("Invalid JSON payload received.", "INVALID_ARGUMENT");
  const unknown = Object.keys(body).find((name) => !FIELDS.has(name));
  if (unknown !== undefined) throw new BadRequest(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`, "INVALID_ARGUMENT");
  const { contents, systemInstruction, generationConfig } = body;
  if (!Array.isArray(contents) || contents.length === 0) throw new BadRequest("contents is not specified", "INVALID_ARGUMENT");
  const texts = systemInstruction === undefined ? [] : [partsText(systemInstruction)];
  let question = "";
  for (const content of contents) {
    const role = isObject(content) ? content["role"] : undefined;
    if (role !== "user" && role !== "model") throw new BadRequest("Please use a valid role: user, model.", "INVALID_ARGUMENT");
    texts.push(partsText(content));
    if (role === "user") question = texts.at(-1) ?? "";
  }
  const config = isObject(generationConfig) ? generationConfig : {};
  return toAsk({
    api,
    model: decodeURIComponent(model ?? ""),
    stream: false,
    includeUsage: true,
    outputTokensMax: positiveInteger(config, "maxOutputTokens"),
    format: formatOf(config),
    texts,
    question,
    cacheable: cacheablePrefix(texts),
  });
}
