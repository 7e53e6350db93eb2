import { type DeploymentLimits, type Distribution, DISTRIBUTIONS, type KeyRef } from "@leverframe/catalog";
import { LABEL, LABEL_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

export const KEY_FIELDS = ["env", "file", "vault"] as const;
export const LIMIT_FIELDS = ["requestsPerMinute", "tokensPerMinute"] as const;
export const DISTRIBUTION_FIELDS = ["strategy", "regions"] as const;

export const KEY_ENV = /^[A-Z][A-Z0-9_]{0,127}$/;
export const KEY_FILE = /^[^\0\n]{1,1000}$/;
export const KEY_VAULT = /^[\w./-]{1,400}#[\w.-]{1,100}$/;
export const WEIGHT_MAX = 1_000;
const KEYS_MAX = 16;

/** Where a provider's keys stand. Which of these forms one is, is told by the one field that it has. */
export function readKeys(fields: Fields): readonly KeyRef[] {
  const items = fields.get("apiKeys")?.oneOrMore("`apiKeys`") ?? [];
  if (items.length > KEYS_MAX) fields.get("apiKeys")?.fail(`${items.length} keys; expected at most ${KEYS_MAX}`);
  if (items.length > 0 && fields.get("apiKeyEnv")) fields.get("apiKeyEnv")?.fail("a provider has `apiKeyEnv` or `apiKeys`; expected one of them");
  return items.flatMap((item) => readKey(item) ?? []);
}

function readKey(place: Place): KeyRef | null {
  const fields = place.fields("a key", KEY_FIELDS);
  if (!fields) return null;
  const names = fields.names();
  if (names.length !== 1) return place.fail(`a key has ${names.length} places; expected one of env, file, vault`);
  const env = fields.get("env")?.text("env", KEY_ENV, "the name of an environment variable");
  if (env) return { env };
  const file = fields.get("file")?.text("file", KEY_FILE, "the path of a file");
  if (file) return { file };
  const vault = fields.get("vault")?.text("vault", KEY_VAULT, "`<path>#<field>`");
  return vault ? { vault } : null;
}

export function readLimits(fields: Fields): DeploymentLimits | null {
  const limits = fields.get("limits")?.fields("`limits`", LIMIT_FIELDS);
  if (!limits) return null;
  return {
    requestsPerMinute: limits.get("requestsPerMinute")?.integer("requestsPerMinute", 1) ?? null,
    tokensPerMinute: limits.get("tokensPerMinute")?.integer("tokensPerMinute", 1) ?? null,
  };
}

export function readDistribution(fields: Fields): Distribution | null {
  const distribution = fields.get("distribution")?.fields("`distribution`", DISTRIBUTION_FIELDS);
  if (!distribution) return null;
  const regions = distribution.get("regions")?.items("`regions`") ?? [];
  return {
    strategy: distribution.get("strategy")?.oneOf("strategy", DISTRIBUTIONS) ?? "cheapest",
    regions: regions.flatMap((item) => item.text("region", LABEL, LABEL_EXPECTED) ?? []),
  };
}
