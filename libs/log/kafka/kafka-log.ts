import type { Log } from "../log";
export function openKafkaLog(_options: { brokers: readonly string[]; clientId: string; sessionMs: number }): Log { throw new Error("soon"); }
