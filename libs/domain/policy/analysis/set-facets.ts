import type { Draft, Facet } from "./facet";

export const setKey = (source: string): string => `set ${source}`;
export const memberFacetKey = (source: string, member: string): string => `set ${source} ${member}`;

const STRAY = "(undeclared)";

export interface SetShape {
  readonly source: string;
  readonly label: string;
  /** Members that some rule asks about, or that one of two sets does not declare. */
  readonly members: readonly string[];
  /** Some set says which members there are, so that another one is a stray. */
  readonly closed: boolean;
  /** A request that says nothing is read as one with the default members. */
  readonly hasDefault: boolean;
}

/** What the classifier finds is a list, and its capabilities are the declared ones; a request's own sets may be missing. */
export function setFacets({ source, label, members, closed, hasDefault }: SetShape): Facet[] {
  const put = putInto(source);
  const stray = closed && source !== "classification.capabilities" ? [{ shown: "with an undeclared member", undeclared: true, put: (draft: Draft) => put(draft, STRAY) }] : [];
  const absent = source.startsWith("request.") || source.startsWith("state.") ? [{ shown: "(absent)", put: () => undefined }] : [];
  const declared = [{ shown: "as declared", put: (draft: Draft) => put(draft, null) }];
  const state: Facet = { key: setKey(source), label, values: hasDefault ? [...absent, ...declared, ...stray] : [...declared, ...stray, ...absent] };
  const facets = members.map((member): Facet => ({
    key: memberFacetKey(source, member),
    label: `${label} ${member}`,
    values: [
      { shown: "no", put: () => undefined },
      { shown: "yes", put: (draft) => put(draft, member) },
    ],
  }));
  return [state, ...facets];
}

/** Adds a member; null only makes the set be there. */
function putInto(source: string): (draft: Draft, member: string | null) => void {
  if (source === "classification.riskSignals") {
    return ({ classification }, signal) => {
      if (signal === null) return;
      const found = { signal, recogniser: "analysis", riskClass: classification.riskClass, start: 0, end: 0, confidence: 1 };
      classification.riskSignals = [...classification.riskSignals, found];
    };
  }
  if (source === "classification.capabilities") {
    return ({ classification }, capability) => {
      if (capability !== null) classification.capabilities = [...classification.capabilities, capability].sort();
    };
  }
  const [, room, key = ""] = /^(request\.attributes|state)\.(.+)$/.exec(source) ?? [];
  if (room === undefined) throw new Error(`source ${source} is none that a set has`);
  return (draft, member) => {
    const map = room === "state" ? draft.state : draft.attributes;
    const before = Object.hasOwn(map, key) ? (map[key] as string) : "";
    map[key] = [before, member ?? ""].filter((text) => text !== "").join(",");
  };
}
