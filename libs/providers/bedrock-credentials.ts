/** How calls to Bedrock are authenticated: signed with an access key, or by one of Bedrock's own API keys. */
export type BedrockCredentials =
  | { readonly kind: "access-key"; readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  | { readonly kind: "api-key"; readonly token: string };

/** Reads `<access key id>:<secret access key>[:<session token>]`, none of which holds a colon; anything else is an API key. */
export function readBedrockCredentials(key: string): BedrockCredentials {
  const [accessKeyId, secretAccessKey, sessionToken] = key.split(":");
  if (!accessKeyId || !secretAccessKey) return { kind: "api-key", token: key };
  return { kind: "access-key", accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** What may not be read out of an error. */
export function secretsOf(credentials: BedrockCredentials): readonly (string | undefined)[] {
  return credentials.kind === "api-key" ? [credentials.token] : [credentials.secretAccessKey, credentials.sessionToken];
}
