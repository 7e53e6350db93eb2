import { capsOf, dataTermsOf, type Deployment } from "@leverframe/catalog";
import { formatUsd } from "@leverframe/kernel";
import type { BudgetCap } from "../budgets";
import type { PolicySet } from "../policy-set";
import type { ReviewQuestion } from "./review";

/** Questions about what stands beside the rules: catalog, budgets, applications, proofs, cases, acknowledgements. */
export function structuralQuestions(before: PolicySet, after: PolicySet): ReviewQuestion[] {
  return [...catalog(before, after), ...budgets(before, after), ...applications(before, after), ...evidence(before, after)];
}

const asked = (question: string, topic: ReviewQuestion["topic"] = "structure"): ReviewQuestion => ({ topic, question, witness: null, rules: [] });

function catalog(before: PolicySet, after: PolicySet): ReviewQuestion[] {
  return after.catalog.deployments.flatMap((now) => {
    const then = before.catalog.byId.get(now.id);
    if (!then) return asked(`\`${now.id}\` is new in the catalog (${now.region}, ${now.model.tier}, ${now.tags.join(", ") || "no tags"}). Is there a contract for it?`);
    return [...prices(then, now), ...place(then, now)];
  });
}

function prices(then: Deployment, now: Deployment): ReviewQuestion[] {
  const [a, b] = [dearest(then), dearest(now)];
  const risen = (Object.keys(a) as (keyof typeof a)[]).filter((field) => b[field] > a[field]);
  return risen.map((field) => asked(`\`${now.id}\` costs more: \`${field}\` from ${formatUsd(a[field])} to ${formatUsd(b[field])}${PER[field] ?? " a million tokens"}. Are the budgets still right?`, "higher_cost"));
}

const PER: Readonly<Record<string, string>> = { requestUsd: " a call", imageUsd: " a picture" };

/** The dearest that each may be, at any size of a call and any time. */
function dearest({ price }: Deployment) {
  const { inputNanoUsdMax: inputUsd, outputNanoUsdMax: outputUsd, requestNanoUsdMax: requestUsd, imageNanoUsdMax: imageUsd } = capsOf([price]);
  return { inputUsd, cachedInputUsd: price.cachedInputNanoUsd, outputUsd, requestUsd, imageUsd };
}

/** Rules speak of regions, tags and providers: a deployment that moves is let through other doors by the same rules. */
function place(then: Deployment, now: Deployment): ReviewQuestion[] {
  const texts = ({ region, tags, provider, model, dataTerms, rollout }: Deployment) => ({
    region,
    tags: [...tags].sort().join(", "),
    provider: provider.id,
    tier: model.tier,
    licence: model.licence,
    capabilities: model.capabilities.join(", "),
    "data terms": dataTermsOf(dataTerms).join(", "),
    rollout: rollout ? `${rollout.percent} % to \`${rollout.to}\`` : "",
  });
  const [a, b] = [texts(then), texts(now)];
  const moved = (Object.keys(a) as (keyof typeof a)[]).filter((field) => a[field] !== b[field]);
  return moved.map((field) => asked(`\`${now.id}\` changes its ${field} from ${a[field] || "none"} to ${b[field] || "none"}. Is that a fact, or a way around a rule?`));
}

function budgets(before: PolicySet, after: PolicySet): ReviewQuestion[] {
  const caps = ({ budgets: { caps } }: PolicySet) => new Map(caps.map((cap) => [`${cap.scope} a ${cap.window}${cap.unit === "usd" ? "" : ` in ${cap.unit}`}`, cap]));
  const [a, b] = [caps(before), caps(after)];
  const gone = [...a.keys()].filter((scope) => !b.has(scope)).map((scope) => asked(`the cap of \`${scope}\` is gone. Who bounds it now?`, "higher_cost"));
  const raised = [...b].flatMap(([scope, cap]) => {
    const then = a.get(scope);
    if (!then) return [];
    const more = cap.cap > then.cap ? [asked(`the cap of \`${scope}\` rises from ${amount(then)} to ${amount(cap)}. Who pays?`, "higher_cost")] : [];
    return then.hard && !cap.hard ? [...more, asked(`the cap of \`${scope}\` becomes soft: it alerts and no longer refuses. Who watches it?`, "higher_cost")] : more;
  });
  return [...gone, ...raised];
}

const amount = ({ cap, unit }: BudgetCap): string => (unit === "usd" ? formatUsd(BigInt(cap) * 1_000n, 2) : `${cap} ${unit}`);

function applications(before: PolicySet, after: PolicySet): ReviewQuestion[] {
  return [...after.applications.values()].flatMap(({ application, tenant, departments }) => {
    const then = before.applications.get(application);
    if (!then) return asked(`application \`${application}\` is new and may act for ${departments.join(", ")} of ${tenant}. Who owns its credentials?`);
    const more = departments.filter((department) => !then.departments.includes(department));
    const moved = then.tenant === tenant ? [] : [asked(`application \`${application}\` acts for tenant ${tenant} instead of ${then.tenant}. Is that meant?`)];
    return more.length === 0 ? moved : [...moved, asked(`application \`${application}\` may now act for ${more.join(", ")} too. Does it serve them?`)];
  });
}

/** What held the old set in check, and is no longer asked of the new one. */
function evidence(before: PolicySet, after: PolicySet): ReviewQuestion[] {
  const same = (a: unknown, b: unknown): boolean => text(a) === text(b);
  const proofs = before.proofs.filter((proof) => !after.proofs.some((other) => same(proof, other)));
  const cases = before.cases.filter((one) => !after.cases.some((other) => same(one, other)));
  const acknowledged = after.acknowledgements.filter((one) => !before.acknowledgements.some((other) => same(one, other)));
  return [
    ...proofs.map(({ name }) => asked(`the proof \`${name}\` is gone or says something else. Why is it not needed any longer?`)),
    ...(cases.length === 0 ? [] : [asked(`${cases.length} cases are gone or expect something else, such as \`${cases[0]?.name}\`. What changed for those requests?`)]),
    ...acknowledged.map(({ kind, rules, why }) => asked(`${kind} ${rules.length === 0 ? "" : `of ${rules.join(", ")} `}is now acknowledged: ${why}. Do you agree?`)),
  ];
}

const text = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
