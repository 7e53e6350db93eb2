export * from "./fallback-triggers";
export * from "./key-ring";
export * from "./obligation-names";
export * from "./obligations";
export * from "./permit";
export * from "./permit-encoding";
export * from "./permit-signing";
export * from "./request-digest";
