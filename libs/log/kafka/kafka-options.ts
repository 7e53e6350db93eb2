import type { ConnectionOptions } from "node:tls";

export type KafkaSasl =
  | { readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512"; readonly username: string; readonly password: string };

/** Every value has a default except where the brokers are. */
export interface KafkaLogOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  readonly clientId?: string;
  readonly ssl?: boolean | ConnectionOptions;
  readonly sasl?: KafkaSasl;
  /** A member that is silent for this long loses its partitions; at least the broker's group.min.session.timeout.ms. Default 10 s. */
  readonly sessionMs?: number;
  /** How soon a member hears of a rebalance. Default a tenth of the session. */
  readonly heartbeatMs?: number;
  /** How long the broker holds a fetch that finds nothing. Bounds how long a resume and a close take, and the idle polling. Default 100. */
  readonly fetchWaitMsMax?: number;
  /** Least time from one fetch to the next: batches what arrives meanwhile. Default 5. */
  readonly fetchGapMs?: number;
  /** The same under load: it grows by a millisecond for each record that the last fetch brought. Default 20. */
  readonly fetchGapMsMax?: number;
  readonly fetchPartitionBytesMax?: number;
  readonly connectMsMax?: number;
  readonly requestMsMax?: number;
  /** The client's own warnings and errors; silent without it. */
  readonly onLog?: (level: "warn" | "error", message: string) => void;
}
