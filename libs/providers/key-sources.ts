import { readFile, stat } from "node:fs/promises";
import type { KeyRef } from "@leverframe/catalog";
import { AppError } from "@leverframe/kernel";
import type { KeyEnvironment } from "./provider-keys";

/** A secret manager that keeps keys by path and field. */
export interface SecretStore {
  /** Null when there is no such secret or field. Rejects with AppError `unavailable` when it cannot be asked. */
  read(path: string, field: string): Promise<string | null>;
  close(): Promise<void>;
}

/** Reads a key from where a catalog says that it stands. */
export interface KeySource {
  /** Null: there is none. Rejects with AppError; no message of it holds a key. */
  read(ref: KeyRef): Promise<string | null>;
  close(): Promise<void>;
}

/** A file with a key is small; anything else is no such file. */
const FILE_BYTES_MAX = 64 * 1024;

/** The process's environment, files, and a secret manager where one is configured. */
export function createKeySource(environment: KeyEnvironment, secrets: SecretStore | null): KeySource {
  return {
    read: async (ref) => {
      if ("env" in ref) return present(environment[ref.env]);
      if ("file" in ref) return present(await readKeyFile(ref.file));
      if (secrets === null) throw new AppError("bad_config", `a key stands in the secret manager at \`${ref.vault}\`, but none is configured (\`vault.url\`)`);
      const [path = "", field = ""] = ref.vault.split("#");
      return present(await secrets.read(path, field));
    },
    close: async () => secrets?.close(),
  };
}

const present = (key: string | null | undefined): string | null => key?.trim() || null;

async function readKeyFile(file: string): Promise<string | null> {
  try {
    const { size } = await stat(file);
    if (size > FILE_BYTES_MAX) throw new AppError("bad_config", `key file \`${file}\` has ${size} bytes; expected at most ${FILE_BYTES_MAX}`);
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new AppError("unavailable", `key file \`${file}\` cannot be read (${String((thrown as NodeJS.ErrnoException).code)})`);
  }
}

/** The place of a key, for people: never the key. */
export function placeOf(ref: KeyRef): string {
  return "env" in ref ? `env:${ref.env}` : "file" in ref ? `file:${ref.file}` : `vault:${ref.vault}`;
}
