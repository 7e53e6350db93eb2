import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Kafka, logLevel, type ISocketFactory, type RetryOptions } from "kafkajs";
import type { KafkaLogOptions } from "./kafka-options";
import "./bounded-headers";
import "./lean-produce";
import "./quiet-request-queue";

/**
 * Short tries inside the client: about 3 s in all. Whoever called it then hears `unavailable` and decides; the runtime
 * goes on for ever. All values are given, because kafkajs silently takes others when NODE_ENV is `test`.
 */
export const CLIENT_RETRY: RetryOptions = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: 5 };

export function kafkaClient(options: KafkaLogOptions): Kafka {
  const { brokers, clientId = "leverframe", ssl, sasl, onLog } = options;
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
    connectionTimeout: options.connectMsMax ?? 3_000,
    requestTimeout: options.requestMsMax ?? 15_000,
    retry: CLIENT_RETRY,
    socketFactory,
    logLevel: onLog === undefined ? logLevel.NOTHING : logLevel.WARN,
    logCreator: () => ({ level, namespace, log }) => {
      onLog?.(level === logLevel.ERROR ? "error" : "warn", `${namespace}: ${log.message}${log["error"] ? `: ${String(log["error"])}` : ""}`);
    },
  });
}

function saslOf({ mechanism, username, password }: NonNullable<KafkaLogOptions["sasl"]>) {
  if (mechanism === "plain") return { mechanism, username, password } as const;
  if (mechanism === "scram-sha-256") return { mechanism, username, password } as const;
  return { mechanism, username, password } as const;
}

const KEEP_ALIVE_MS = 60_000;

/** As kafkajs's own, with TCP_NODELAY: without it Nagle's algorithm holds small requests back for up to 40 ms. */
const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }): Socket => {
  const name = isIP(host) ? {} : { servername: host };
  const socket = ssl ? connectTls({ host, port, ...name, ...ssl }, onConnect) : connectTcp({ host, port }, onConnect);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
};
