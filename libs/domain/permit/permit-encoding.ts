import { AppError } from "@leverframe/kernel";
import { array, boolean, decimal, integer, nullable, number, object, string, strings, texts, type Read } from "./strict-json";
import type { Obligations, Permit, PermittedCandidate } from "./permit";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Canonical JSON (keys sorted, no white space, nano-dollars as decimal strings): what is signed. Written with the keys
 * already in order, so that the engine's own serialiser does the work; a test compares it with kernel `canonicalJson`.
 */
export function encodePermit(permit: Permit): Uint8Array {
  return encoder.encode(
    JSON.stringify({
      application: permit.application,
      candidates: permit.candidates.map(encodeCandidate),
      catalogVersion: permit.catalogVersion,
      degradation: permit.degradation,
      department: permit.department,
      escalation: permit.escalation,
      expiresAt: permit.expiresAt,
      issuedAt: permit.issuedAt,
      obligations: encodeObligations(permit.obligations),
      observed: permit.observed,
      permitId: permit.permitId,
      policyVersion: permit.policyVersion,
      requestDigest: permit.requestDigest,
      requestId: permit.requestId,
      route: permit.route,
      rules: permit.rules,
      state: sorted(permit.state),
      tenant: permit.tenant,
    }),
  );
}

function encodeCandidate(candidate: PermittedCandidate): object {
  return {
    id: candidate.id,
    // Left out where JSON meets undefined.
    imageNanoUsdMax: candidate.imageNanoUsdMax?.toString(),
    inputNanoUsdMax: candidate.inputNanoUsdMax.toString(),
    outputNanoUsdMax: candidate.outputNanoUsdMax.toString(),
    preference: candidate.preference,
    region: candidate.region,
    requestNanoUsdMax: candidate.requestNanoUsdMax?.toString(),
  };
}

/** What came later stands only where it says something, so that permits without it keep their bytes. */
function encodeObligations(obligations: Obligations): object {
  return {
    auditTags: obligations.auditTags,
    cache: obligations.cache,
    checks: obligations.checks,
    costNanoUsdMax: obligations.costNanoUsdMax === null ? null : obligations.costNanoUsdMax.toString(),
    deferSecondsMax: obligations.deferSecondsMax ?? undefined,
    escalationsMax: obligations.escalationsMax,
    fallbackOnRefusal: obligations.fallbackOnRefusal,
    hedge: obligations.hedge || undefined,
    hedgeAfterMs: obligations.hedgeAfterMs ?? undefined,
    humanReview: obligations.humanReview,
    latencyMsMax: obligations.latencyMsMax,
    noFallbackOn: obligations.noFallbackOn.length === 0 ? undefined : obligations.noFallbackOn,
    outputTokensMax: obligations.outputTokensMax,
    prune: obligations.prune || undefined,
    qualityFloor: obligations.qualityFloor,
    redact: obligations.redact,
    requestsPerMinuteMax: obligations.requestsPerMinuteMax ?? undefined,
    responsePolicies: obligations.responsePolicies,
    retentionDaysMax: obligations.retentionDaysMax,
    streaming: obligations.streaming,
  };
}

function sorted(map: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(map);
  return Object.fromEntries(names.sort().map((name) => [name, map[name] ?? ""]));
}

const candidate: Read<PermittedCandidate> = object<PermittedCandidate>(
  {
    id: string,
    imageNanoUsdMax: decimal,
    inputNanoUsdMax: decimal,
    outputNanoUsdMax: decimal,
    preference: integer,
    region: string,
    requestNanoUsdMax: decimal,
  },
  { imageNanoUsdMax: undefined, requestNanoUsdMax: undefined },
);

const LATER: Partial<Obligations> = { deferSecondsMax: null, hedge: false, hedgeAfterMs: null, noFallbackOn: [], prune: false, requestsPerMinuteMax: null };

const obligations: Read<Obligations> = object<Obligations>({
  auditTags: strings,
  cache: boolean,
  checks: strings,
  costNanoUsdMax: nullable(decimal),
  deferSecondsMax: nullable(integer),
  escalationsMax: integer,
  fallbackOnRefusal: boolean,
  hedge: boolean,
  hedgeAfterMs: nullable(number),
  humanReview: boolean,
  latencyMsMax: nullable(number),
  noFallbackOn: strings,
  outputTokensMax: nullable(integer),
  prune: boolean,
  qualityFloor: number,
  redact: strings,
  requestsPerMinuteMax: nullable(integer),
  responsePolicies: strings,
  retentionDaysMax: nullable(integer),
  streaming: boolean,
}, LATER);

const permit: Read<Permit> = object({
  application: string,
  candidates: array(candidate),
  catalogVersion: string,
  degradation: array(strings),
  department: string,
  escalation: array(strings),
  expiresAt: integer,
  issuedAt: integer,
  obligations,
  observed: strings,
  permitId: string,
  policyVersion: string,
  requestDigest: string,
  requestId: string,
  route: nullable(string),
  rules: strings,
  state: texts,
  tenant: string,
});

interface ReadBefore {
  /** What the bytes said. */
  readonly text: string;
  /** Frozen. */
  readonly permit: Permit;
}

/** Chained stages and the calls of one plan read the same bytes again; bytes of an event are never changed in place. */
const readBefore = new WeakMap<Uint8Array, ReadBefore>();

/**
 * The permit in these bytes. Throws `permit_invalid` on anything but exactly the fields of `Permit`. It does not check
 * the signature: a stage that holds no key may read a permit, only `verifyPermit` makes it one to act on.
 */
export function readPermit(body: Uint8Array): Permit {
  return readBefore.get(body)?.permit ?? remembered(body, textOf(body));
}

/** The same for bytes that were just verified: even if somebody wrote into them meanwhile, what they say now is what is read. */
export function parsePermit(body: Uint8Array): Permit {
  const text = textOf(body);
  const known = readBefore.get(body);
  return known?.text === text ? known.permit : remembered(body, text);
}

function remembered(body: Uint8Array, text: string): Permit {
  const read = permit(parse(text), "permit");
  readBefore.set(body, { text, permit: read });
  return read;
}

function textOf(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw notJson(body.length, cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notJson(text.length, cause);
  }
}

const notJson = (length: number, cause: unknown): AppError =>
  new AppError("permit_invalid", `permit refused: its body (${length} bytes) is not JSON`, { cause });
