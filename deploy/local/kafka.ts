import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { servingBrokers } from "./broker-probe";
import { archiveOption, classpath, formattedBroker, installedPart } from "./java-part";
import { startManaged, type Recipe } from "./managed-server";
import { localFile } from "./root";
import type { LocalServer, ServerOptions } from "./server";

export interface KafkaOptions extends ServerOptions {
  /** Added to, or put in place of, the lines of `kafka/server.properties`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** JVM options that come after those of `kafka/jvm.options`, such as a larger `-Xmx`. */
  readonly jvmOptions?: readonly string[];
}

export interface KafkaServer extends LocalServer {
  /** `host:port`, for a client's list of brokers. */
  readonly bootstrap: string;
}

/** One Apache Kafka process, broker and KRaft controller in one. Topics are not created by themselves. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  const server = await startManaged(kafkaRecipe(options), options);
  return Object.assign(server, { bootstrap: server.address });
}

function kafkaRecipe(options: KafkaOptions): Recipe {
  return {
    name: "kafka",
    portCount: 2,
    readyWithinMs: 90_000,
    stopWithinMs: 20_000,
    address: (port) => `127.0.0.1:${port}`,
    prepare: (dir, ports) => {
      const data = path.join(dir, "data");
      if (!existsSync(path.join(data, "meta.properties"))) cpSync(formattedBroker(), data, { recursive: true });
      writeFileSync(path.join(dir, "server.properties"), serverProperties(data, ports, options.properties));
    },
    command: (dir) => {
      const part = installedPart("kafka");
      return {
        file: "java",
        args: [
          `@${localFile("kafka", "jvm.options")}`,
          ...archiveOption(part),
          ...(options.jvmOptions ?? []),
          `-XX:ErrorFile=${path.join(dir, "jvm-crash.log")}`,
          `-Dlog4j2.configurationFile=${localFile("kafka", "log4j2.properties")}`,
          "-cp",
          classpath(part),
          "kafka.Kafka",
          path.join(dir, "server.properties"),
        ],
        cwd: part,
      };
    },
    ready: async (port) => (await servingBrokers(port)) === 1,
  };
}

function serverProperties(
  data: string,
  ports: readonly number[],
  extra: Readonly<Record<string, string>> = {},
): string {
  const lines = readFileSync(localFile("kafka", "server.properties"), "utf8")
    .replaceAll("@brokerPort@", String(ports[0]))
    .replaceAll("@controllerPort@", String(ports[1]))
    .replaceAll("@dir@", data);
  // The later of two lines with one key counts.
  return [lines, ...Object.entries(extra).map(([key, value]) => `${key}=${value}`)].join("\n");
}
