import { type Ask, type AskedFormat, BadRequest, contentText, isObject, type JsonObject, positiveInteger, toAsk } from "../ask";
import { type AskedChoice, type Tooling, ToolingReader } from "../asked-tools";
import type { Api } from "../model-profile";
import { cacheablePrefix } from "./openai-request";
import type { Target } from "./reply";

const FIELDS: ReadonlySet<string> = new Set(["contents", "systemInstruction", "generationConfig", "safetySettings", "tools", "toolConfig", "cachedContent", "labels"]);

function partsText(content: unknown): string {
  return isObject(content) ? contentText(content["parts"]) : "";
}

/** Which of the tools of a request are meant, what was called, and what came of it; there are no ids but names. */
function toolingOf(body: JsonObject, contents: readonly unknown[]): Tooling {
  const reader = new ToolingReader(400, "INVALID_ARGUMENT");
  for (const tool of Array.isArray(body["tools"]) ? body["tools"] : []) {
    const declared = isObject(tool) ? tool["functionDeclarations"] : undefined;
    for (const one of Array.isArray(declared) ? declared : []) if (isObject(one)) reader.tool(one["name"], one["parametersJsonSchema"]);
  }
  const config = isObject(body["toolConfig"]) ? body["toolConfig"]["functionCallingConfig"] : undefined;
  if (isObject(config)) reader.choose(choiceOf(config));
  for (const content of contents) {
    const parts = isObject(content) && Array.isArray(content["parts"]) ? content["parts"].filter(isObject) : [];
    if (!parts.some((part) => isObject(part["functionResponse"]))) reader.turn();
    parts.forEach((part, index) => readPart(part, index, reader));
  }
  return reader.read();
}

function choiceOf({ mode, allowedFunctionNames: allowed }: JsonObject): AskedChoice {
  if (mode === "ANY") return Array.isArray(allowed) ? { name: String(allowed[0]) } : "required";
  return mode === "NONE" ? "none" : "auto";
}

/** Names may come twice in one turn, results come in the order of the calls. */
function readPart({ functionCall, functionResponse, inlineData, thoughtSignature }: JsonObject, index: number, reader: ToolingReader): void {
  if (isObject(functionCall)) {
    if (thoughtSignature === undefined) throw new BadRequest("Function call is missing a thought_signature in functionCall parts.", "INVALID_ARGUMENT");
    reader.call(`${String(functionCall["name"])} ${index}`, functionCall["name"], JSON.stringify(functionCall["args"] ?? {}));
  }
  if (isObject(functionResponse)) {
    if (!isObject(functionResponse["response"])) throw new BadRequest("function_response.response: Starting an object on a scalar field", "INVALID_ARGUMENT");
    reader.resultOf(String(functionResponse["name"]));
  }
  if (isObject(inlineData)) {
    if (inlineData["mimeType"] === "image/gif") throw new BadRequest("Unsupported MIME type: image/gif", "INVALID_ARGUMENT");
    reader.image(inlineData["mimeType"], inlineData["data"]);
  }
}

/** Each result is a message of its own where the prompt came from. */
function messageTexts(content: unknown): string[] {
  const parts = isObject(content) && Array.isArray(content["parts"]) ? content["parts"].filter(isObject) : [];
  const results = parts.flatMap(({ functionResponse }) => (isObject(functionResponse) && isObject(functionResponse["response"]) ? [String(functionResponse["response"]["output"])] : []));
  return results.length > 0 ? results : [partsText(content)];
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
export function parseGoogleRequest(body: unknown, { model, path, query }: Target, api: Api): Ask {
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
    texts.push(...messageTexts(content));
    if (role === "user") question = texts.at(-1) ?? "";
  }
  const config = isObject(generationConfig) ? generationConfig : {};
  return toAsk({
    api,
    model: decodeURIComponent(model ?? ""),
    stream: path.endsWith(":streamGenerateContent") && query.includes("alt=sse"),
    includeUsage: true,
    outputTokensMax: positiveInteger(config, "maxOutputTokens"),
    format: formatOf(config),
    texts,
    question,
    cacheable: cacheablePrefix(texts),
    tooling: toolingOf(body, contents),
  });
}
