import { readdirSync } from "node:fs";
import path from "node:path";
import { archiveOption, installedPart } from "./java-part";
import { startManaged, type Recipe } from "./managed-server";
import { localFile } from "./root";
import type { LocalServer, ServerOptions } from "./server";

export interface RegistryOptions extends ServerOptions {
  /** The broker that keeps the schemas. */
  readonly bootstrap: string;
}

export interface RegistryServer extends LocalServer {
  /** Base URL of the Confluent-compatible API. */
  readonly url: string;
}

/** Apicurio Registry with its storage in Kafka: it holds nothing itself, so its data outlives any number of kills. */
export async function startRegistry(options: RegistryOptions): Promise<RegistryServer> {
  const server = await startManaged(registryRecipe(options.bootstrap), options);
  return Object.assign(server, { url: server.address });
}

function registryRecipe(bootstrap: string): Recipe {
  return {
    name: "registry",
    portCount: 1,
    readyWithinMs: 120_000,
    stopWithinMs: 15_000,
    address: (port) => `http://127.0.0.1:${port}/apis/ccompat/v7`,
    prepare: () => undefined,
    command: (dir, [port]) => {
      const part = installedPart("apicurio");
      return {
        file: "java",
        args: [
          `@${localFile("registry", "jvm.options")}`,
          ...archiveOption(part),
          `-XX:ErrorFile=${path.join(dir, "jvm-crash.log")}`,
          `-Dquarkus.http.port=${port}`,
          `-Dapicurio.kafkasql.bootstrap.servers=${bootstrap}`,
          "-jar",
          runnerJar(part),
        ],
        cwd: part,
      };
    },
    // It answers requests before it has replayed its topic; only this endpoint waits for that.
    ready: async (port) =>
      (await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok,
  };
}

function runnerJar(part: string): string {
  const jar = readdirSync(part).find((name) => name.endsWith("-runner.jar"));
  if (jar === undefined) throw new Error(`no *-runner.jar in ${part}: run \`node tools/install-real-parts.mjs\``);
  return jar;
}
