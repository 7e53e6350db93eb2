/** Injection tokens of what every service is given by `LeverframeModule`. Constructors name them: `@Inject(CLOCK)`. */
export const CONFIG = Symbol("leverframe.config");
export const CLOCK = Symbol("leverframe.clock");
export const DIGEST = Symbol("leverframe.digest");
export const HMAC = Symbol("leverframe.hmac");
export const EQUAL_BYTES = Symbol("leverframe.equal-bytes");
export const LOG = Symbol("leverframe.log");
export const CODEC = Symbol("leverframe.codec");
export const LOGGER = Symbol("leverframe.logger");
export const METRICS = Symbol("leverframe.metrics");
/** Publishes messages outside of a handler: for relays (an outbox) and clients, never for stage output. */
export const PUBLISHER = Symbol("leverframe.publisher");
/** Where a part registers what `/ready` asks it. */
export const READINESS = Symbol("leverframe.readiness");
/** Not given to everyone: see `permitKeysProvider`. */
export const PERMIT_KEYS = Symbol("leverframe.permit-keys");
/** A module that knows the applications (`policies/applications.yaml`) provides their names; else `applications` of the configuration counts. */
export const APPLICATIONS = Symbol("leverframe.applications");
/** Lets the stages read the ingress of applications that came after the start: an `Ingress`. */
export const INGRESS = Symbol("leverframe.ingress");
