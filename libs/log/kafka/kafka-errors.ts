import { AppError } from "@leverframe/kernel";

interface KafkaError extends Error {
  readonly type?: string;
  readonly retriable?: boolean;
  readonly topic?: string;
  readonly originalError?: unknown;
  readonly errors?: readonly unknown[];
}

const TOO_LARGE = new Set(["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE", "INVALID_MESSAGE_SIZE"]);
/** Operators put these right without a new release of ours, so the work waits for them instead of being given up. */
const SETUP = new Set(["UNKNOWN_TOPIC_OR_PARTITION", "TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED"]);
const FENCED = new Set(["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "REBALANCE_IN_PROGRESS", "FENCED_INSTANCE_ID"]);
const REFUSED = new Set(["BAD_INPUT", "INVALID_CONFIG", "POLICY_VIOLATION", "INVALID_PARTITIONS", "INVALID_REPLICATION_FACTOR", "INVALID_RECORD"]);

/** What kafkajs threw, in our words. What is not known to be for ever is `unavailable`: brokers come back. */
export function kafkaError(thrown: unknown, doing: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const chain = causesOf(thrown);
  const types = chain.map(({ type }) => type ?? "");
  const message = `${doing}: ${chain.map((error) => error.message).find((text) => text) ?? String(thrown)}`;
  const has = (known: ReadonlySet<string>): boolean => types.some((type) => known.has(type));
  if (has(TOO_LARGE)) return new AppError("record_too_large", message, { cause: thrown });
  if (has(SETUP) || isRefusedLogin(thrown)) return new AppError("bad_config", message, { cause: thrown, retryable: true });
  if (has(REFUSED)) return new AppError("bad_input", message, { cause: thrown });
  return new AppError("unavailable", message, { cause: thrown });
}

/** The group has moved on: this member's commit is void. */
export function isFenced(thrown: unknown): boolean {
  return causesOf(thrown).some(({ type }) => FENCED.has(type ?? ""));
}

/** No later try of the same client can succeed. */
export function isRefusedLogin(thrown: unknown): boolean {
  return causesOf(thrown).some(({ name }) => name === "KafkaJSSASLAuthenticationError");
}

function causesOf(thrown: unknown): KafkaError[] {
  const found: KafkaError[] = [];
  const visit = (one: unknown): void => {
    if (!(one instanceof Error) || found.includes(one) || found.length > 20) return;
    found.push(one);
    const { cause, originalError, errors } = one as KafkaError;
    for (const next of [cause, originalError, ...(errors ?? [])]) visit(next);
  };
  visit(thrown);
  return found;
}
