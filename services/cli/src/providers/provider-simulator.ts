import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Provider, ProviderApiName } from "@leverframe/catalog";
import { AppError } from "@leverframe/kernel";
import { PROVIDER_SUPPORT } from "@leverframe/providers";
import { repositoryRoot } from "../repository-root";

export interface ProviderSimulator {
  readonly url: string;
  /** For `providers.baseUrls`: every provider at the simulator. */
  readonly baseUrls: readonly string[];
  close(): Promise<void>;
}

/** The adapters send it as the key, so that no real one ever reaches the simulator. */
const SIMULATED_KEY = "simulated";
const START_MS_MAX = 15_000;

/**
 * Starts the provider simulator as a process of its own and gives every provider of the catalog a key that is none, in
 * this process's environment: the executor reads keys there.
 */
export async function startProviderSimulator(providers: readonly Provider[], configFile: string | null): Promise<ProviderSimulator> {
  const program = path.join(repositoryRoot(), "dist", "simulator", "main.js");
  if (!existsSync(program)) throw new AppError("bad_config", `the provider simulator is not built (\`${program}\` does not exist): run \`npm run build\``);
  const args = [program, "--port", "0", ...(configFile === null ? [] : ["--config", configFile])];
  // A group of its own, or Ctrl-C would end it while calls in flight still wait for it.
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  const killed = (): void => void child.kill("SIGKILL");
  process.once("exit", killed);
  const url = await listening(child);
  child.unref();
  for (const { apiKeyEnv } of providers) if (apiKeyEnv !== null) process.env[apiKeyEnv] = SIMULATED_KEY;
  return {
    url,
    baseUrls: providers.map((provider) => `${provider.id}=${baseUrlOf(provider, url)}`),
    close: async () => {
      process.off("exit", killed);
      await ended(child);
    },
  };
}

/** Every wire that the simulator speaks stands under its own name; what follows is what the API's base URL ends with. */
function baseUrlOf({ id, api }: Provider, url: string): string {
  return `${url}/${id}/_${api}${PROVIDER_SUPPORT[api as ProviderApiName].basePath}`;
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new AppError("unavailable", `the provider simulator did not start: ${reason}`));
    const timer = setTimeout(() => fail(`no word from it within ${START_MS_MAX / 1_000} s`), START_MS_MAX);
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const url = /listening on (\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with code ${code}`));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.ref();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
