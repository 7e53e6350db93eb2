import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { Random } from "../random";
import { schemaValue, violatingValue } from "./schema-value";

const validator = new Ajv2020({ strict: false });
formats.default(validator);

const SCHEMAS: [string, Record<string, unknown>][] = [
  [
    "an object",
    {
      type: "object",
      properties: { a: { type: "string", minLength: 30, maxLength: 40 } },
      required: ["a"],
      additionalProperties: false,
    },
  ],
  [
    "numbers with bounds",
    {
      type: "object",
      properties: {
        share: { type: "number", minimum: 0, maximum: 1 },
        count: { type: "integer", exclusiveMinimum: 3, maximum: 5 },
        step: { type: "integer", multipleOf: 7, minimum: 10 },
        cold: { type: "number", maximum: -5 },
      },
      required: ["share", "count", "step", "cold"],
    },
  ],
  [
    "enums and constants",
    {
      type: "object",
      properties: { kind: { enum: ["x", "y"] }, version: { const: 3 } },
      required: ["kind", "version"],
    },
  ],
  ["arrays", { type: "array", minItems: 3, maxItems: 4, uniqueItems: true, items: { type: "string" } }],
  [
    "formats",
    {
      type: "object",
      properties: Object.fromEntries(
        ["date", "date-time", "email", "uri", "uuid", "ipv4", "time"].map((format) => [
          format,
          { type: "string", format },
        ]),
      ),
    },
  ],
  [
    "references and a schema that contains itself",
    {
      $defs: {
        node: {
          type: "object",
          properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/node" } } },
          required: ["name"],
        },
      },
      $ref: "#/$defs/node",
    },
  ],
  [
    "a linked list",
    {
      $defs: {
        node: {
          type: "object",
          properties: { next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } },
          required: ["next"],
        },
      },
      $ref: "#/$defs/node",
    },
  ],
  [
    "combinations",
    {
      allOf: [
        { type: "object", properties: { a: { type: ["null", "boolean"] } }, required: ["a"] },
        { properties: { b: { anyOf: [{ type: "integer" }, { type: "null" }] } }, required: ["b"] },
      ],
    },
  ],
  ["a plain text", { type: "string" }],
];

describe("a value for a schema", () => {
  const source = (seed: number, weak = false) => ({
    random: new Random(seed),
    terms: ["lease", "van"] as const,
    question: "",
    weak,
    judgement: null,
  });

  it.each(SCHEMAS)("fits %s, whatever the seed, also when weak", (_name, schema) => {
    const validate = validator.compile(schema);
    for (let seed = 0; seed < 30; seed++) {
      for (const weak of [false, true]) {
        const value = schemaValue(schema, { ...source(seed, weak), terms: ["lease", "van"] });
        expect([validate(value), validate.errors, value]).toEqual([true, null, value]);
      }
    }
  });

  it.each(SCHEMAS)("can violate %s", (_name, schema) => {
    const value = violatingValue(schema, { ...source(1), terms: ["lease"] });
    expect(validator.validate(schema, value)).toBe(false);
  });

  it("takes the enum value that the question names", () => {
    const schema = { enum: ["legal", "finance", "coding"] };
    const value = schemaValue(schema, { ...source(1), terms: ["x"], question: "A finance question." });
    expect(value).toBe("finance");
  });
});
