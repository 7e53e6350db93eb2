import type { Attribute } from "../attributes";
import type { PolicySet } from "../policy-set";
import { type Facet, inputOf, newDraft } from "./facet";
import { type Leaf, memberLeaf, probeOf } from "./leaves";
import { isOriginSource, ORIGIN, originFacet } from "./origin-facet";
import { ROUTE, ROUTE_KEYS, routeFacet, RouteTable } from "./route-table";
import { scalarFacet } from "./scalar-facet";
import { memberFacetKey, setFacets, setKey } from "./set-facets";
import { SIZE, sizeFacet } from "./size-facet";

/** One set, and every condition that is asked in its words. */
export interface Speaker {
  readonly set: PolicySet;
  readonly leaves: readonly Leaf[];
}

export interface RawSpace {
  /** In the order in which diagrams ask them. */
  readonly facets: readonly Facet[];
  /** For each facet, what tells its values apart, value by value: equal texts, equal values. Null: all differ. */
  readonly signatures: ReadonlyMap<string, readonly string[] | null>;
  readonly tables: ReadonlyMap<PolicySet, RouteTable>;
}

/** What the requests of several sets may be like, before values that nothing tells apart are put together. */
export function rawSpaceOf(speakers: readonly Speaker[], outputLimits: readonly number[]): RawSpace {
  const sets = speakers.map(({ set }) => set);
  const sources = sourcesOf(speakers);
  const scalars = [...sources].filter(([source, { attributes }]) => attributes.every(({ type }) => type !== "set") && !isOriginSource(source) && !ROUTE_KEYS.includes(source as never) && source !== INPUT_TOKENS);
  const routeBy = ROUTE_KEYS.slice(1, 3).map((source) => facetOfSource(source, sources, sets));
  const origin = originFacet(sets, speakers.flatMap(({ leaves }) => leaves));
  const setOnes = [...sources].filter(([source, { attributes }]) => attributes.some(({ type }) => type === "set") && !isOriginSource(source));
  const needed = capabilitiesThatMatter(sets);
  if (needed.length > 0 && !sources.has(CAPABILITIES)) setOnes.push([CAPABILITIES, { attributes: attributesOf(CAPABILITIES, sets), named: [] }]);
  const facets = [
    routeFacet(sets),
    ...routeBy,
    origin,
    ...scalars.map(([source, { attributes, named }]) => scalarFacet(source, attributes, named)),
    ...setOnes.flatMap(([source, { attributes, named }]) => setFacets(shapeOf(source, attributes, source === CAPABILITIES ? [...named, ...needed] : named))),
    sizeFacet(sets.flatMap(({ catalog }) => catalog.deployments), outputLimits, cutsOf(sources), tellingOf(speakers)),
  ];
  const routed = [facets[0], routeBy[0], routeBy[1], origin] as Facet[];
  const tables = new Map(sets.map((set) => [set, new RouteTable(set, routed)]));
  return { facets, signatures: new Map(facets.map((facet) => [facet.key, signaturesOf(facet, speakers, tables)])), tables };
}

const INPUT_TOKENS = "classification.inputTokensMax";
const CAPABILITIES = "classification.capabilities";

interface SourceUse {
  readonly attributes: readonly Attribute[];
  /** Values and members that conditions name. */
  readonly named: readonly string[];
}

/** Every source that some condition asks about, sorted, with every attribute of it. */
function sourcesOf(speakers: readonly Speaker[]): ReadonlyMap<string, SourceUse> {
  const named = new Map<string, Set<string>>();
  for (const { set, leaves } of speakers) {
    for (const leaf of leaves) {
      const source = set.attributes.get(leaf.attribute)?.source;
      if (source === undefined || source === ROUTE) continue;
      const values = named.get(source) ?? new Set();
      named.set(source, values);
      for (const value of leaf.kind === "value" ? leaf.accepted : leaf.values) values.add(value);
    }
  }
  const sets = speakers.map(({ set }) => set);
  return new Map([...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([source, values]) => [source, { attributes: attributesOf(source, sets), named: [...values] }]));
}

function attributesOf(source: string, sets: readonly PolicySet[]): Attribute[] {
  return sets.flatMap(({ attributes }) => [...attributes.values()].filter((attribute) => attribute.source === source));
}

function facetOfSource(source: string, sources: ReadonlyMap<string, SourceUse>, sets: readonly PolicySet[]): Facet {
  const intents = source === "classification.taskType" ? sets.flatMap(({ routes }) => [...routes.byName.values()].flatMap((route) => route.intents ?? [])) : [];
  return scalarFacet(source, attributesOf(source, sets), [...(sources.get(source)?.named ?? []), ...intents]);
}

/** Capabilities that some deployment lacks: which ones a request needs decides about candidates. */
function capabilitiesThatMatter(sets: readonly PolicySet[]): string[] {
  const known = sets.flatMap(({ attributes }) => attributes.get("capabilities")?.values ?? []);
  const lacking = (capability: string) => sets.some(({ catalog }) => catalog.deployments.some(({ model }) => !model.capabilities.includes(capability)));
  return [...new Set(known)].filter(lacking);
}

function shapeOf(source: string, attributes: readonly Attribute[], named: readonly string[]) {
  const declared = attributes.map(({ values }) => values).filter((values) => values !== null);
  const closed = declared.length > 0;
  // What one set declares and another does not is a stray to the latter.
  const disputed = declared.flat().filter((member) => declared.some((values) => !values.includes(member)));
  const reachable = source === CAPABILITIES && closed ? named.filter((member) => declared.flat().includes(member)) : named;
  return { source, label: attributes[0]?.name ?? source, members: [...new Set([...reachable, ...disputed])].sort(), closed, hasDefault: attributes.every((attribute) => attribute.default !== null) };
}

function cutsOf(sources: ReadonlyMap<string, SourceUse>): number[] {
  return [...new Set(sources.get(INPUT_TOKENS)?.attributes.flatMap(({ cuts }) => cuts ?? []) ?? [])];
}

type Told = (draft: ReturnType<typeof newDraft>) => string;

/** What all conditions about these sources say of a request. */
function told(speakers: readonly Speaker[], isOurs: (source: string) => boolean): Told {
  const probes = speakers.flatMap(({ set, leaves }) => leaves.filter(({ attribute }) => isOurs(set.attributes.get(attribute)?.source ?? "")).map((leaf) => probeOf(set, leaf)));
  return (draft) => {
    const input = inputOf(draft);
    return probes.map((probe) => probe(input)).join("");
  };
}

function tellingOf(speakers: readonly Speaker[]) {
  const tell = told(speakers, (source) => source === INPUT_TOKENS);
  return (value: { put(draft: ReturnType<typeof newDraft>): void }): string => {
    const draft = newDraft();
    value.put(draft);
    return tell(draft);
  };
}

function signaturesOf(facet: Facet, speakers: readonly Speaker[], tables: ReadonlyMap<PolicySet, RouteTable>): readonly string[] | null {
  if (facet.key === SIZE || facet.key.startsWith("set ")) return null;
  const tell = told(speakers, facet.key === ORIGIN ? isOriginSource : (source) => source === facet.key);
  const dimension = ROUTE_KEYS.indexOf(facet.key as never);
  return facet.values.map((value, index) => {
    const draft = newDraft();
    value.put(draft);
    const columns = dimension < 0 ? [] : [...tables.values()].map((table) => table.column(dimension, index));
    return [value.undeclared ? "?" : "", tell(draft), ...columns].join("\u0001");
  });
}

/** The states and members that a leaf about one member depends on; used by the space to make its diagram. */
export function memberProbe(set: PolicySet, leaf: Leaf, facets: ReadonlyMap<string, Facet>, source: string) {
  const [member] = leaf.kind === "members" ? leaf.values : [];
  const probe = probeOf(set, memberLeaf(leaf.attribute, member ?? ""));
  return (state: number, present: boolean): number => {
    const draft = newDraft();
    facets.get(setKey(source))?.values[state]?.put(draft);
    // A set that is absent has no members; the space leaves such points out.
    if (present) facets.get(memberFacetKey(source, member ?? ""))?.values[1]?.put(draft);
    return probe(inputOf(draft));
  };
}

