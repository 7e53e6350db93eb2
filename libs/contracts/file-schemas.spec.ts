import { FileSchemas, schemaId } from "./file-schemas";
import { EVENT_SCHEMAS, SCHEMA_HISTORY } from "./generated/schemas";

const EVENTS = Object.keys(EVENT_SCHEMAS) as (keyof typeof EVENT_SCHEMAS)[];

describe("schemas from files", () => {
  it.each(EVENTS)("knows today's `%s` and every earlier version by its id", async (event) => {
    const schemas = new FileSchemas();
    for (const schema of [EVENT_SCHEMAS[event], ...SCHEMA_HISTORY[event]]) {
      expect(schemaId(await schemas.schemaOf(schemaId(schema)))).toBe(schemaId(schema));
    }
  });

  it.each(EVENTS)("gives `%s` the id of its newest snapshot, so that another build finds it", (event) => {
    expect(SCHEMA_HISTORY[event].length).toBeGreaterThan(0);
    expect(schemaId(EVENT_SCHEMAS[event])).toBe(schemaId(SCHEMA_HISTORY[event].at(-1)!));
  });

  it("gives each event an id of its own that fits a signed 32-bit number", () => {
    const ids = EVENTS.map((event) => schemaId(EVENT_SCHEMAS[event]));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toBe(id & 0x7fffffff);
  });

  it("keeps an id when only a comment changes", () => {
    const schema = (doc: string): object => ({ type: "record", name: "A", doc, fields: [{ name: "x", type: "int", doc }] });
    expect(schemaId(schema("one"))).toBe(schemaId(schema("two")));
    expect(schemaId(schema("one"))).not.toBe(schemaId({ type: "record", name: "A", fields: [] }));
  });
});
