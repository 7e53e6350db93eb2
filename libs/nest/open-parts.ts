import { mkdirSync } from "node:fs";
import path from "node:path";
import { EventCodec, FileSchemas, RegistrySchemas, type TopicNames } from "@leverframe/contracts";
import { type KafkaLogOptions, type Log, openKafkaLog, openSqliteLog } from "@leverframe/log";
import { configured } from "./config/load";
import type { Config } from "./config/settings";
import type { Logger } from "./logging";

/** The event log of the configured profile. */
export function openLog(config: Config, logger?: Logger): Log {
  if (config.profile === "cluster") return openKafkaLog(kafkaOptions(config, logger));
  mkdirSync(config.dataDir, { recursive: true });
  return openSqliteLog({ path: path.join(config.dataDir, "log.sqlite") });
}

/** A codec on the schemas of the configured profile. */
export function openCodec(config: Config, names: TopicNames): Promise<EventCodec> {
  const cluster = config.profile === "cluster";
  const schemas = cluster
    ? new RegistrySchemas({ url: configured(config.registry.url, "registry.url", "`profile` is `cluster`") })
    : new FileSchemas();
  return EventCodec.create(schemas, { recordBytesMax: config.recordBytesMax, names });
}

function kafkaOptions({ kafka }: Config, logger?: Logger): KafkaLogOptions {
  const { brokers, clientId, ssl } = kafka;
  const { mechanism, username, password } = kafka.sasl;
  const client = logger?.child({ part: "kafka" });
  return {
    brokers,
    clientId,
    ssl,
    ...(mechanism === null ? {} : { sasl: { mechanism, username: username ?? "", password: password ?? "" } }),
    ...(client ? { onLog: (level, text) => client[level](text) } : {}),
  };
}
