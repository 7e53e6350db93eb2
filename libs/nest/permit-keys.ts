import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "@leverframe/kernel";
import type { Provider } from "@nestjs/common";
import { configured } from "./config/load";
import { type Config, SETTINGS } from "./config/settings";
import { CONFIG, PERMIT_KEYS } from "./tokens";

export interface PermitKey {
  readonly kid: string;
  readonly key: Uint8Array;
}

/**
 * Keys of permit signatures: the first one signs, all verify. Listed as a provider by the policy gate and the executor
 * alone. The embedded profile makes a key on first use (`<dataDir>/permit.key`, mode 0600); the cluster must be given one.
 */
export const permitKeysProvider: Provider = {
  provide: PERMIT_KEYS,
  useFactory: (config: Config): readonly PermitKey[] => permitKeys(config),
  inject: [CONFIG],
};

export function permitKeys(config: Config): readonly PermitKey[] {
  if (config.permit.keys === null && config.profile === "embedded") return parsePermitKeys(keptKey(config.dataDir));
  return parsePermitKeys(
    configured(config.permit.keys, "permit.keys", "`profile` is `cluster` and this process signs or checks permits"),
  );
}

export function parsePermitKeys(text: string): readonly PermitKey[] {
  const keys = text.split(",").map((pair) => {
    const [kid = "", hex = ""] = pair.split(":");
    return { kid, key: Uint8Array.from(Buffer.from(hex, "hex")) };
  });
  const twice = keys.find(({ kid }, index) => keys.findIndex((other) => other.kid === kid) !== index);
  if (twice) throw new AppError("bad_config", `bad configuration: \`permit.keys\` names kid \`${twice.kid}\` twice`);
  return keys;
}

/** Several processes may start at once on one folder: the file appears whole under its name, and only once. */
function keptKey(dataDir: string): string {
  const file = path.join(dataDir, "permit.key");
  const draft = `${file}.${process.pid}`;
  mkdirSync(dataDir, { recursive: true });
  try {
    return checked(readFileSync(file, "utf8").trim(), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  writeFileSync(draft, `local-${randomBytes(4).toString("hex")}:${randomBytes(32).toString("hex")}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return checked(readFileSync(file, "utf8").trim(), file);
}

function checked(text: string, file: string): string {
  if (SETTINGS.permit.keys.schema.safeParse(text).success) return text;
  throw new AppError("bad_config", `permit key file \`${file}\` is damaged, expected ${SETTINGS.permit.keys.expected}`);
}
