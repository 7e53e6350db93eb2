import { mkdirSync } from "node:fs";
import path from "node:path";
import { EventCodec, FileSchemas, RegistrySchemas, type TopicNames } from "@leverframe/contracts";
import { type Log, openKafkaLog, openSqliteLog } from "@leverframe/log";
import { configured } from "./config/load";
import type { Config } from "./config/settings";

/** The event log of the configured profile. */
export function openLog(config: Config): Log {
  if (config.profile === "cluster") return openKafkaLog(kafkaOptions(config));
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

function kafkaOptions({ kafka }: Config) {
  const { mechanism, username, password } = kafka.sasl;
  const sasl = mechanism === null ? undefined : { mechanism, username: username ?? "", password: password ?? "" };
  return { brokers: [...kafka.brokers], clientId: kafka.clientId, ssl: kafka.ssl, ...(sasl ? { sasl } : {}) };
}
