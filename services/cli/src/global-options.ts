import { type Config, type ConfigOverrides, type ConfigSources, loadConfig } from "@leverframe/nest";
import { type Command, Option } from "commander";

/** Flags that every command knows; whatever else there is to configure stands in the environment or the file. */
export interface GlobalOptions {
  readonly config?: string;
  readonly dataDir?: string;
  readonly profile?: "embedded" | "cluster";
}

export function addGlobalOptions(program: Command): Command {
  return program
    .option("--config <file>", "configuration file, YAML or JSON (or LEVERFRAME_CONFIG)")
    .option("--data-dir <folder>", "where the embedded profile keeps its files (or LEVERFRAME_DATA_DIR; default .leverframe)")
    .addOption(new Option("--profile <profile>", "embedded, or cluster: Kafka, Redis, ClickHouse (or LEVERFRAME_PROFILE)").choices(["embedded", "cluster"]));
}

/** The configuration's sources under these flags, which count more than environment and file. */
export function configSources({ config, dataDir, profile }: GlobalOptions, more: ConfigOverrides = {}): Required<ConfigSources> {
  const env = config === undefined ? process.env : { ...process.env, LEVERFRAME_CONFIG: config };
  return { env, overrides: { ...(dataDir === undefined ? {} : { dataDir }), ...(profile === undefined ? {} : { profile }), ...more } };
}

export function configOf(options: GlobalOptions): Config {
  return loadConfig(configSources(options));
}
