export * from "./capacity-failure";
export * from "./deferred-store";
export * from "./due-from";
export * from "./lane";
export * from "./parking-terms";
