import { readFileSync } from "node:fs";
import { AppError } from "@leverframe/kernel";
import { LineCounter, parseDocument } from "yaml";
import { nearestName } from "./nearest";
import type { Setting, SettingTree } from "./setting";
import { type Config, SETTINGS } from "./settings";

/** A leaf of the tree with its two names. */
export interface NamedSetting {
  /** `kafka.sasl.password` */
  readonly key: string;
  /** `LEVERFRAME_KAFKA_SASL_PASSWORD` */
  readonly env: string;
  readonly setting: Setting<unknown>;
}

/** Path of the optional configuration file. */
export const CONFIG_FILE_ENV = "LEVERFRAME_CONFIG";

/** A typo of a variable of ours is refused; a name farther away may belong to another tool. */
const TYPO_DISTANCE_MAX = 2;

/** Deep-partial: what a test or a composed service sets over everything else. */
export type ConfigOverrides<T = Config> = {
  readonly [Key in keyof T]?: T[Key] extends readonly unknown[] ? T[Key] : T[Key] extends object ? ConfigOverrides<T[Key]> : T[Key];
};

export interface ConfigSources {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly overrides?: ConfigOverrides;
}

/**
 * The configuration: overrides, else environment, else file (`LEVERFRAME_CONFIG`, YAML or JSON), else defaults.
 * Every fault is collected into one `bad_config` error; values of secrets are not in it.
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const env = sources.env ?? process.env;
  const faults: string[] = [];
  const path = env[CONFIG_FILE_ENV];
  const file = path ? flatten(readConfigFile(path), `in \`${path}\``, faults) : new Map<string, unknown>();
  const overrides = flatten(sources.overrides ?? {}, "in the overrides", faults);
  refuseTypos(env, faults);

  const config: Record<string, unknown> = {};
  for (const named of namedSettings()) {
    const { key, setting } = named;
    const text = env[named.env];
    let value: unknown = setting.fallback;
    let source: string | null = null;
    if (overrides.has(key)) [value, source] = [overrides.get(key), "set in the overrides"];
    else if (text) [value, source] = [setting.fromText(text), `set by ${named.env}`];
    else if (file.has(key)) [value, source] = [file.get(key), `set in \`${path}\``];
    if (source !== null) {
      const checked = setting.schema.safeParse(value);
      if (checked.success) value = checked.data;
      else faults.push(`\`${key}\` is ${shown(value, setting)} (${source}), expected ${setting.expected}`);
    }
    place(config, key, value);
  }
  if (faults.length === 0) checkTogether(config as Config, faults);
  if (faults.length > 0) throw new AppError("bad_config", `bad configuration: ${faults.join("; ")}`);
  return config as Config;
}

/** Value of a key that this process cannot do without, such as `redis.url` in the cluster profile; else `bad_config`. */
export function configured<T>(value: T | null | undefined, key: string, reason: string): T {
  if (value !== null && value !== undefined) return value;
  throw new AppError("bad_config", `bad configuration: \`${key}\` is not set (${envNameOf(key)}), expected because ${reason}`);
}

/** Every setting, in the order of the table. */
export function namedSettings(tree: SettingTree = SETTINGS, prefix = ""): readonly NamedSetting[] {
  return Object.entries(tree).flatMap(([name, node]) => {
    const key = `${prefix}${name}`;
    return isSetting(node) ? [{ key, env: envNameOf(key), setting: node }] : namedSettings(node, `${key}.`);
  });
}

export function envNameOf(key: string): string {
  return `LEVERFRAME_${key.replaceAll(".", "_").replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

const isSetting = (node: Setting<unknown> | SettingTree): node is Setting<unknown> =>
  typeof (node as Setting<unknown>).fromText === "function";

function readConfigFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new AppError("bad_config", `configuration file \`${path}\` (${CONFIG_FILE_ENV}) cannot be read`, { cause });
  }
  // JSON is YAML, so one parser serves both and both get line and column.
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const error = document.errors[0];
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new AppError("bad_config", `${path}:${line}:${col}: ${error.message.toLowerCase()}`);
  }
  return document.toJS() ?? {};
}

/** Leaves by dotted key; a key that no setting has is a fault that names the nearest one. */
function flatten(root: unknown, where: string, faults: string[]): Map<string, unknown> {
  const keys = namedSettings().map(({ key }) => key);
  const leaves = new Map<string, unknown>();
  const visit = (node: unknown, prefix: string): void => {
    if (node === null || typeof node !== "object" || Array.isArray(node)) {
      faults.push(`${prefix === "" ? "the configuration" : `\`${prefix}\``} ${where} is no section, expected keys and values`);
      return;
    }
    for (const [name, value] of Object.entries(node)) {
      const key = prefix === "" ? name : `${prefix}.${name}`;
      if (keys.includes(key)) leaves.set(key, value);
      else if (keys.some((known) => known.startsWith(`${key}.`))) visit(value, key);
      else faults.push(`unknown key \`${key}\` ${where}, did you mean \`${nearestName(key, keys)?.name}\``);
    }
  };
  visit(root, "");
  return leaves;
}

function refuseTypos(env: Readonly<Record<string, string | undefined>>, faults: string[]): void {
  const names = [...namedSettings().map((named) => named.env), CONFIG_FILE_ENV];
  for (const name of Object.keys(env)) {
    if (!name.startsWith("LEVERFRAME_") || names.includes(name)) continue;
    const nearest = nearestName(name, names);
    if (nearest && nearest.distance <= TYPO_DISTANCE_MAX) {
      faults.push(`unknown variable \`${name}\` in the environment, did you mean \`${nearest.name}\``);
    }
  }
}

/** What no single value shows. */
function checkTogether(config: Config, faults: string[]): void {
  if (config.profile === "cluster") {
    const needed = { "kafka.brokers": config.kafka.brokers.length > 0, "registry.url": config.registry.url !== null };
    for (const [key, present] of Object.entries(needed)) {
      if (!present) faults.push(`\`${key}\` is not set (${envNameOf(key)}), expected because \`profile\` is \`cluster\``);
    }
  }
  const { mechanism, username, password } = config.kafka.sasl;
  if (mechanism !== null && (username === null || password === null)) {
    faults.push("`kafka.sasl.username` or `kafka.sasl.password` is not set, expected because `kafka.sasl.mechanism` is");
  }
}

const shown = (value: unknown, setting: Setting<unknown>): string =>
  setting.secret ? "a hidden value" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

function place(config: Record<string, unknown>, key: string, value: unknown): void {
  const path = key.split(".");
  const leaf = path.pop()!;
  const section = path.reduce<Record<string, unknown>>(
    (node, name) => (node[name] ??= {}) as Record<string, unknown>,
    config,
  );
  section[leaf] = value;
}
