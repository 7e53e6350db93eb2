export * from "./attempt-store";
