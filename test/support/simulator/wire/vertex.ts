import { googleWire } from "./google";
import { authenticateBearer } from "./http-habits";

/** Vertex AI: project and location stand in the path, the key is an access token. */
export const VERTEX_WIRE = googleWire({
  api: "vertex",
  path: /^\/v1\/projects\/[\w.:-]+\/locations\/[\w-]+\/publishers\/google\/models\/(?<model>[^/:]+):(?:generateContent|streamGenerateContent)$/,
  authenticate: authenticateBearer,
});
