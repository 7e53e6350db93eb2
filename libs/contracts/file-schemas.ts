import { AppError } from "@leverframe/kernel";
import { createHash } from "node:crypto";
import type { SchemaIds } from "./codec";
import { EVENT_SCHEMAS, SCHEMA_HISTORY } from "./generated/schemas";

/**
 * The embedded profile's schemas: those of this build, today's and every earlier version, under an id that follows from the
 * schema's own text. Processes of different builds that share a log agree on ids without asking anyone.
 */
export class FileSchemas implements SchemaIds {
  private readonly byId = new Map<number, object>();

  constructor() {
    for (const schema of [...Object.values(EVENT_SCHEMAS), ...Object.values(SCHEMA_HISTORY).flat()]) {
      this.byId.set(schemaId(schema), schema);
    }
  }

  async register(_subject: string, schema: object): Promise<number> {
    const id = schemaId(schema);
    this.byId.set(id, schema);
    return id;
  }

  async schemaOf(id: number): Promise<object> {
    const schema = this.byId.get(id);
    if (schema) return schema;
    throw new AppError("unknown_schema", `schema ${id} is not among the ${this.byId.size} that this build knows; a newer build may have written it`);
  }
}

/** First 31 bits of sha256 over the schema's JSON without its comments: the wire format has room for 32, Java readers take them as signed. */
export function schemaId(schema: object): number {
  return createHash("sha256").update(schemaText(schema)).digest().readUInt32BE(0) >>> 1;
}

/** The schema's JSON without `doc`: rewording a comment is no new version. */
export function schemaText(schema: object): string {
  return JSON.stringify(schema, (key, value: unknown) => (key === "doc" && typeof value === "string" ? undefined : value));
}
