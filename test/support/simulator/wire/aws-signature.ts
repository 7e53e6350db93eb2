import { createHash, createHmac } from "node:crypto";
import { BadRequest } from "../ask";
import { bearerOf, checkKey, headerOf } from "./http-habits";
import type { Target } from "./reply";

const SCHEME = "AWS4-HMAC-SHA256";
const AUTHORIZATION = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

function mismatch(): BadRequest {
  return new BadRequest("The request signature we calculated does not match the signature you provided.", "InvalidSignatureException", 403);
}

/**
 * Checks a Signature Version 4 (AWS, "Create a signed AWS API request") against the keys, each written
 * `<access key id>:<secret access key>`; or one of Bedrock's API keys, which are bearer tokens. Null accepts any.
 */
export function authenticateAws(target: Target, keys: ReadonlySet<string> | null): void {
  const authorization = headerOf(target, "authorization");
  if (!authorization.startsWith(SCHEME)) return checkKey(bearerOf(target), keys, 403, "AccessDeniedException");
  const match = AUTHORIZATION.exec(authorization);
  if (match === null) throw new BadRequest("Authorization header is not readable", "IncompleteSignatureException", 400);
  if (keys === null) return;
  const [, id, date = "", region = "", service = "", signedHeaders = "", signature] = match;
  const secret = [...keys].find((key) => key.startsWith(`${id}:`))?.split(":")[1];
  if (secret === undefined) throw new BadRequest("The security token included in the request is invalid.", "UnrecognizedClientException", 403);
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = [SCHEME, headerOf(target, "x-amz-date"), scope, sha256(canonicalRequest(target, signedHeaders))].join("\n");
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), "aws4_request");
  if (hmac(key, toSign).toString("hex") !== signature) throw mismatch();
}

/** Every service but S3 escapes the path once more than it was sent. */
function canonicalRequest(target: Target, signedHeaders: string): string {
  const path = target.path.split("/").map(encodeURIComponent).join("/");
  const headers = signedHeaders.split(";").map((name) => `${name}:${headerOf(target, name).trim().replace(/ +/g, " ")}\n`);
  return ["POST", path, target.query, headers.join(""), signedHeaders, sha256(target.body)].join("\n");
}
