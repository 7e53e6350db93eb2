export * from "./checks";
export * from "./evaluate";
export { keepTo, type MaskText } from "./response-policies";
export { schemaDefect } from "./schema-problem";
