export { createTokenCounter } from "./token-counter";
