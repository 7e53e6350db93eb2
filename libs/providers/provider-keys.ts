import { inspect } from "node:util";
import type { Provider } from "@leverframe/catalog";
import { ProviderError } from "@leverframe/execution";

/** The environment variables that providers' keys stand in. */
export type KeyEnvironment = Readonly<Record<string, string | undefined>>;

/** The provider's key, or null for a server that wants none. Throws ProviderError `auth` when it is not set. */
export function keyOf(provider: Provider, environment: KeyEnvironment): string | null {
  const name = provider.apiKeyEnv;
  if (name === null) return null;
  const key = environment[name]?.trim();
  if (key) return key;
  throw new ProviderError("auth", `provider \`${provider.id}\` has no key: environment variable \`${name}\` is not set`);
}

const REDACTED = "[key]";
/** Shorter strings are no keys, and replacing them would make messages unreadable. */
const KEY_CHARACTERS_MIN = 4;

/** What of a key may not be read anywhere: all of it, and each part of one that has parts, as Bedrock's do. */
export function secretsIn(key: string): readonly string[] {
  const parts = key.split(":").filter((part) => part.length >= PART_CHARACTERS_MIN);
  return parts.length > 1 ? [key, ...parts.slice(1)] : [key];
}

const PART_CHARACTERS_MIN = 12;

/** The text without the secrets. */
export function strikeOut(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, key) => (key.length >= KEY_CHARACTERS_MIN ? rest.replaceAll(key, REDACTED) : rest), text);
}

/**
 * The error as it may be kept as a cause: itself, unless a key can be read out of it somewhere (providers echo headers
 * in errors, SDKs keep requests). Then a copy of its name, message and stack with the keys struck out.
 */
export function withoutKeys(error: unknown, keys: readonly (string | null | undefined)[]): unknown {
  const secrets = keys.filter((key): key is string => typeof key === "string" && key.length >= KEY_CHARACTERS_MIN);
  if (secrets.length === 0) return error;
  const shown = inspect(error, { depth: 8, showHidden: true, maxStringLength: null, maxArrayLength: null });
  if (!secrets.some((key) => shown.includes(key))) return error;
  const struck = (text: string): string => strikeOut(text, secrets);
  const copy = new Error(error instanceof Error ? struck(error.message) : "an error that held a key");
  if (error instanceof Error) {
    copy.name = error.name;
    if (error.stack !== undefined) copy.stack = struck(error.stack);
  }
  return copy;
}
