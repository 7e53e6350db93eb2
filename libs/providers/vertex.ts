import { GoogleGenAI, type GoogleGenAIOptions } from "@google/genai";
import type { GoogleService } from "./google-generate";

type AuthClient = NonNullable<NonNullable<GoogleGenAIOptions["googleAuthOptions"]>["authClient"]>;

/** Hands out one access token and asks no metadata server, file or login for another. */
const tokenOnly = (token: string): AuthClient =>
  ({ getRequestHeaders: () => Promise.resolve(new Headers({ authorization: `Bearer ${token}` })) }) as unknown as AuthClient;

/** Vertex AI in one project and location of the catalog; the key is an OAuth access token. */
export const VERTEX: GoogleService = {
  open: ({ settings }, key, httpOptions) =>
    new GoogleGenAI({
      vertexai: true,
      project: settings?.["project"] ?? "",
      location: settings?.["location"] ?? "",
      apiVersion: "v1",
      googleAuthOptions: { authClient: tokenOnly(key ?? "none") },
      httpOptions,
    }),
  keyHeader: (key) => ["authorization", `Bearer ${key}`],
  regionOf: ({ settings }) => settings?.["location"] ?? null,
};
