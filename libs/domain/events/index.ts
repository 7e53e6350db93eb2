export * from "./generated/events";
