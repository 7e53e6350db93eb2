import { type ImageTokens, type Model, TOKENIZERS } from "@leverframe/catalog";
import { readDistribution } from "./catalog-operations";
import type { Fields } from "./source/place";

export const MODEL_FIELDS = [
  "id", "tier", "licence", "contextTokensMax", "outputTokensMax", "capabilities", "reasoning", "tokenizer", "imageTokens", "quality", "distribution",
] as const;
export const IMAGE_TOKEN_FIELDS = ["tokensMax", "baseTokens", "tilePixels", "tileTokens", "pixelsPerToken"] as const;

export const TIERS = ["economy", "standard", "premium"] as const;
export const LICENCES = ["oss", "commercial"] as const;
export const CAPABILITIES = ["json", "streaming", "tools", "vision"] as const;

/** Far more than any model makes of a picture, far less than would overflow a price. */
const IMAGE_TOKENS_MAX = 1_000_000;

/** `taskTypes`: the values of that attribute, null when open. */
export function readModel(id: string, fields: Fields, taskTypes: readonly string[] | null): Model {
  const what = "the model";
  const contextTokensMax = fields.need("contextTokensMax", what)?.integer("contextTokensMax", 1) ?? null;
  const capabilities = readCapabilities(fields) ?? [];
  const tokenizer = fields.get("tokenizer")?.oneOf("tokenizer", TOKENIZERS) ?? null;
  const imageTokens = readImageTokens(fields);
  if (imageTokens !== null && !capabilities.includes("vision")) fields.key("imageTokens").fail("`imageTokens` of a model that takes no pictures; expected `vision` among its capabilities");
  const distribution = readDistribution(fields);
  return {
    id,
    tier: fields.need("tier", what)?.oneOf("tier", TIERS) ?? "economy",
    licence: fields.need("licence", what)?.oneOf("licence", LICENCES) ?? "commercial",
    contextTokensMax: contextTokensMax ?? 1,
    outputTokensMax: fields.need("outputTokensMax", what)?.integer("outputTokensMax", 1, contextTokensMax ?? undefined) ?? 1,
    capabilities,
    ...(fields.get("reasoning")?.boolean("reasoning") ? { reasoning: true as const } : {}),
    ...(tokenizer === null ? {} : { tokenizer }),
    ...(imageTokens === null ? {} : { imageTokens }),
    quality: readQuality(fields, taskTypes),
    ...(distribution === null ? {} : { distribution }),
  };
}

/** Sorted; null when the field is not there. */
export function readCapabilities(fields: Fields): string[] | null {
  const items = fields.get("capabilities")?.items("`capabilities`") ?? null;
  return items && [...new Set(items.flatMap((item) => item.oneOf("capability", CAPABILITIES) ?? []))].sort();
}

function readImageTokens(fields: Fields): ImageTokens | null {
  const rule = fields.get("imageTokens")?.fields("`imageTokens`", IMAGE_TOKEN_FIELDS);
  if (!rule) return null;
  const count = (name: (typeof IMAGE_TOKEN_FIELDS)[number], min: number) => rule.get(name)?.number(name, min, IMAGE_TOKENS_MAX) ?? null;
  rule.need("tokensMax", "`imageTokens`");
  const tilePixels = count("tilePixels", 1);
  if (rule.get("tileTokens") && !rule.get("tilePixels")) rule.key("tileTokens").fail("`tileTokens` without `tilePixels`; expected the side of a tile in pixels");
  const [baseTokens, tileTokens, pixelsPerToken] = [count("baseTokens", 0), count("tileTokens", 0), count("pixelsPerToken", 1)];
  return {
    tokensMax: rule.get("tokensMax")?.integer("tokensMax", 1, IMAGE_TOKENS_MAX) ?? IMAGE_TOKENS_MAX,
    ...(baseTokens === null ? {} : { baseTokens }),
    ...(tilePixels === null ? {} : { tilePixels }),
    ...(tileTokens === null ? {} : { tileTokens }),
    ...(pixelsPerToken === null ? {} : { pixelsPerToken }),
  };
}

function readQuality(fields: Fields, taskTypes: readonly string[] | null): Record<string, number> {
  const place = fields.need("quality", "the model");
  const byTask = place?.fields("`quality`", taskTypes && ["default", ...taskTypes]);
  byTask?.need("default", "`quality`");
  const names = byTask?.names() ?? [];
  return Object.fromEntries(names.map((name) => [name, byTask?.get(name)?.number(`quality of \`${name}\``, 0, 1) ?? 0]));
}
