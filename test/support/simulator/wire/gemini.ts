import { googleWire } from "./google";
import { checkKey, headerOf } from "./http-habits";

/** The Gemini API, which calls a wrong key a bad request. */
export const GEMINI_WIRE = googleWire({
  api: "gemini",
  path: /^\/v1beta\/models\/(?<model>[^/:]+):(?:generateContent|streamGenerateContent)$/,
  authenticate: (target, keys) => checkKey(headerOf(target, "x-goog-api-key"), keys, 400, "API_KEY_INVALID"),
});
