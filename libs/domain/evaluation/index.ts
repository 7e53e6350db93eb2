export * from "./checks";
export * from "./evaluate";
export { schemaDefect } from "./schema-problem";
