import { AppError } from "@leverframe/kernel";
import type { RedisClient } from "./redis-client";

/** What is done about a server that may forget what it answered: nothing, a word, or not starting. */
export type DurabilityCheck = "ignore" | "warn" | "require";

/**
 * A ledger counts only on a server that has every answered command on its disk: `appendonly yes`, `appendfsync always`.
 * `bad_config` when it says otherwise and that is required. A server that does not tell its configuration (a managed
 * one) cannot be checked, which is said as well.
 */
export async function checkDurability(client: RedisClient, check: DurabilityCheck, waitReplicas: number, onWarning: (message: string) => void): Promise<void> {
  if (check === "ignore") return;
  const complain = (message: string) => {
    if (check === "require") throw new AppError("bad_config", `ledger store: ${message}`);
    onWarning(`ledger store: ${message}`);
  };
  const settings = await settingsOf(client);
  if (settings === null) onWarning("ledger store: the server does not tell whether `appendonly` is `yes` and `appendfsync` is `always`");
  else {
    const { appendonly, appendfsync } = settings;
    const found = `\`appendonly\` is \`${appendonly}\` and \`appendfsync\` is \`${appendfsync}\``;
    if (appendonly !== "yes" || appendfsync !== "always") complain(`${found}; expected \`yes\` and \`always\`, or answered commands may be lost`);
  }
  if (waitReplicas === 0) return;
  const replication = await client.run((redis) => redis.info("replication"));
  const replicas = Number(/connected_slaves:(\d+)/.exec(replication)?.[1] ?? 0);
  if (replicas < waitReplicas) complain(`${replicas} replicas are connected; expected ${waitReplicas}, or no command will be answered`);
}

async function settingsOf(client: RedisClient): Promise<Readonly<Record<string, string>> | null> {
  try {
    const answers = await Promise.all(["appendonly", "appendfsync"].map((name) => client.run((redis) => redis.config("GET", name))));
    const pairs = (answers as string[][]).flatMap(([name, value]) => (name !== undefined && value !== undefined ? [[name, value] as const] : []));
    return pairs.length < answers.length ? null : Object.fromEntries(pairs);
  } catch (error) {
    // Refused or renamed; a server that is away is told by the command that comes next.
    if (error instanceof AppError && error.code === "internal") return null;
    throw error;
  }
}
