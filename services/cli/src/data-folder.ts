import { accessSync, constants, existsSync, statSync } from "node:fs";
import path from "node:path";
import { AppError } from "@leverframe/kernel";
import type { Config } from "@leverframe/nest";
import { configOf, type GlobalOptions } from "./global-options";

/** The configuration for a command that looks at what an installation left: nothing is made where there is none. */
export function presentConfigOf(options: GlobalOptions): Config {
  const config = configOf(options);
  if (config.profile === "embedded" && !existsSync(config.dataDir)) {
    throw new AppError("bad_config", `no installation is in \`${config.dataDir}\`, expected its data folder (--data-dir or LEVERFRAME_DATA_DIR); \`leverframe up\` makes one`);
  }
  checkDataFolder(config);
  return config;
}

/** `bad_config` where the embedded profile could not keep its files. */
export function checkDataFolder({ profile, dataDir }: Config): void {
  if (profile !== "embedded") return;
  let folder = path.resolve(dataDir);
  while (!existsSync(folder)) folder = path.dirname(folder);
  if (!statSync(folder).isDirectory()) throw new AppError("bad_config", `data folder \`${dataDir}\`: \`${folder}\` is a file, expected a folder (--data-dir or LEVERFRAME_DATA_DIR)`);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new AppError("bad_config", `data folder \`${dataDir}\`: \`${folder}\` may not be written by this user, expected a folder of its own (--data-dir or LEVERFRAME_DATA_DIR)`, { cause });
  }
}
