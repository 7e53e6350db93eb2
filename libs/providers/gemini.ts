import { GoogleGenAI } from "@google/genai";
import type { GoogleService } from "./google-generate";

/** The Gemini API with an API key. It does not say where it computes. */
export const GEMINI: GoogleService = {
  open: (_provider, key, httpOptions) => new GoogleGenAI({ vertexai: false, apiKey: key ?? "none", apiVersion: "v1beta", httpOptions }),
  keyHeader: (key) => ["x-goog-api-key", key],
  regionOf: () => null,
};
