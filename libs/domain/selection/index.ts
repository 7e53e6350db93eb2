export * from "./expected-cost";
export * from "./select";
