import type { Catalog } from "@leverframe/catalog";
import type { Classification, Executed, Meta, Origin, Request, Round, Selected, SignedPermit } from "@leverframe/events";
import type { Permit } from "@leverframe/permit";

/** All that is known about a request when it ends, however early that is. */
export interface Trail {
  readonly meta: Meta;
  readonly origin: Origin;
  readonly request: Pick<Request, "idempotencyKey" | "attributes" | "route" | "maxOutputTokens">;
  readonly classification: Classification | null;
  readonly signedPermit: SignedPermit | null;
  readonly permit: Permit | null;
  /** Empty when the request ended before a policy was asked. */
  readonly policyVersion: string;
  readonly catalogVersion: string;
  /** Oldest first, the last one included. */
  readonly rounds: readonly Round[];
  /** Null where the request ended before a catalog was asked. */
  readonly catalog: Catalog | null;
}

/** The trail of a request that ended at the policy gate or before. */
export function earlyTrail(
  event: Pick<Trail, "meta" | "origin" | "request"> & { readonly classification?: Classification; readonly earlier?: readonly Round[] },
): Trail {
  return {
    meta: event.meta,
    origin: event.origin,
    request: event.request,
    classification: event.classification ?? null,
    signedPermit: null,
    permit: null,
    policyVersion: "",
    catalogVersion: "",
    rounds: event.earlier ?? [],
    catalog: null,
  };
}

/** The trail of a request that ended unfunded: the round's selection stands, nothing was called. */
export function selectedTrail(event: Selected, permit: Permit, catalog: Catalog): Trail {
  return trailWith(event, permit, catalog, selectedRound(event));
}

/** The round that a selection ended which nothing was called for. */
export function selectedRound({ selection }: Pick<Selected, "selection">): Round {
  return { selection, funding: null, attempts: [], evaluation: null, opinionPermit: null };
}

/** The trail of a request whose last round was executed and judged. */
export function executedTrail(event: Executed, permit: Permit, catalog: Catalog, evaluation: Round["evaluation"]): Trail {
  return trailWith(event, permit, catalog, executedRound(event, evaluation));
}

/** The round that an execution ended, as later events carry it: without output text. Who was skipped at the call is among the excluded. */
export function executedRound(event: Executed, evaluation: Round["evaluation"]): Round {
  const { skipped } = event;
  const selection = skipped?.length ? { ...event.selection, excluded: [...event.selection.excluded, ...skipped] } : event.selection;
  return { selection, funding: event.funding, attempts: event.attempts, evaluation, opinionPermit: null };
}

function trailWith(event: Selected, permit: Permit, catalog: Catalog, round: Round): Trail {
  return {
    meta: event.meta,
    origin: event.origin,
    request: event.request,
    classification: event.classification,
    signedPermit: event.permit,
    permit,
    policyVersion: permit.policyVersion,
    catalogVersion: permit.catalogVersion,
    rounds: [...event.earlier, round],
    catalog,
  };
}
