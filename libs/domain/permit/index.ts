export * from "./permit";
