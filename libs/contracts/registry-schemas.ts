import type { COMPATIBILITY, SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import { AppError } from "@leverframe/kernel";
import type { SchemaIds } from "./codec";
import { TopicNames } from "./topic-names";
import { TOPIC_NAMES, TOPICS } from "./topics";
import { EVENT_SCHEMAS } from "./generated/schemas";

export interface RegistryOptions {
  /** Base URL of a Confluent-compatible API; a user and password in it become basic authentication. */
  readonly url: string;
  /** How long one request may take, its repeats included. */
  readonly timeoutMs?: number;
  /** False where services may not write to the registry: then somebody with the right has registered the schemas before. */
  readonly mayRegister?: boolean;
}

const TIMEOUT_MS = 15_000;
const COMPATIBLE = "BACKWARD_TRANSITIVE" as COMPATIBILITY;
const AVRO = "AVRO" as SchemaType.AVRO;

/** The cluster profile's schemas: a registry that every producer and consumer of the company may use, ours or not. */
export class RegistrySchemas implements SchemaIds {
  private readonly connect: () => Promise<SchemaRegistry>;
  private connected: Promise<SchemaRegistry> | undefined;
  private readonly timeoutMs: number;
  private readonly mayRegister: boolean;

  constructor({ url, timeoutMs = TIMEOUT_MS, mayRegister = true }: RegistryOptions) {
    const parsed = new URL(url);
    const host = `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/$/, "")}`;
    const auth = { username: decodeURIComponent(parsed.username), password: decodeURIComponent(parsed.password) };
    // Loaded when it is used: the client brings JSON Schema and Protobuf along, which the embedded profile never needs.
    this.connect = async () => {
      const client = await import("@kafkajs/confluent-schema-registry");
      return new client.SchemaRegistry({ host, clientId: "leverframe", ...(parsed.username ? { auth } : {}) });
    };
    this.timeoutMs = timeoutMs;
    this.mayRegister = mayRegister;
  }

  /** Compatibility is named on each call: the client's default is another, and it refuses a subject that is set differently. */
  async register(subject: string, schema: object): Promise<number> {
    try {
      const client = await this.client();
      const text = { type: AVRO, schema: JSON.stringify(schema) } as const;
      if (!this.mayRegister) return await this.inTime(client.getRegistryIdBySchema(subject, text));
      const { id } = await this.inTime(client.register(text, { subject, compatibility: COMPATIBLE }));
      return id;
    } catch (cause) {
      throw registrationError(subject, cause);
    }
  }

  async schemaOf(id: number): Promise<object> {
    let found: unknown;
    try {
      const client = await this.client();
      found = await this.inTime(client.getSchema(id));
    } catch (cause) {
      if (statusOf(cause) === 404) throw new AppError("unknown_schema", `the registry knows no schema ${id}`, { cause });
      throw unavailable(`schema ${id}`, cause);
    }
    // An Avro type states its schema; the registry's other kinds (JSON Schema, Protobuf) do not.
    const avro = found as { schema?: (options: { exportAttrs: boolean }) => object };
    if (typeof avro.schema !== "function") throw new AppError("unknown_schema", `schema ${id} of the registry is not Avro`);
    return avro.schema({ exportAttrs: true });
  }

  private client(): Promise<SchemaRegistry> {
    this.connected ??= this.connect();
    return this.connected;
  }

  /** The client has no timeout of its own, and a handler must not wait for ever. */
  private async inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${this.timeoutMs} ms`)), this.timeoutMs);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Registers each topic's schema, those of the applications' own topics too, so that any client finds its subject. */
export async function registerSubjects(schemas: SchemaIds, applications: readonly string[], names = new TopicNames()): Promise<readonly string[]> {
  const subjects = TOPIC_NAMES.flatMap((topic) => names.all(topic, applications).map((name) => ({ topic, subject: `${name}-value` })));
  for (const { topic, subject } of subjects) await schemas.register(subject, EVENT_SCHEMAS[TOPICS[topic].schema]);
  return subjects.map(({ subject }) => subject);
}

function statusOf(cause: unknown): number | null {
  const status = (cause as { status?: unknown } | null)?.status;
  return typeof status === "number" ? status : null;
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

function unavailable(what: string, cause: unknown): AppError {
  const status = statusOf(cause);
  if (status === 401 || status === 403) return new AppError("bad_config", `the registry refuses access to ${what} (status ${status})`, { cause });
  return new AppError("unavailable", `the registry gave no answer about ${what}: ${messageOf(cause)}`, { cause });
}

function registrationError(subject: string, cause: unknown): AppError {
  const status = statusOf(cause);
  if (status === 409 || status === 422) {
    return new AppError("bad_config", `the schema for \`${subject}\` cannot read every version registered before: ${messageOf(cause)}`, { cause });
  }
  if (cause instanceof Error && cause.name === "ConfluentSchemaRegistryCompatibilityError") {
    return new AppError("bad_config", `subject \`${subject}\` must have compatibility ${COMPATIBLE}: ${cause.message}`, { cause });
  }
  if (cause instanceof Error && cause.name === "ConfluentSchemaRegistryError") {
    return new AppError("bad_config", `this build's schema is not registered for \`${subject}\`, and this process may not register it`, { cause });
  }
  return unavailable(`subject \`${subject}\``, cause);
}
