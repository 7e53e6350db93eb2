import { type CALENDAR_FIELDS, FISCAL_START, WEEKDAYS } from "../budget-calendar";
import { type CAP_FIELDS, type LIMIT_CAP_FIELDS, WINDOWS } from "../budget-terms";
import type { COMPANY_FIELDS, DEPARTMENT_BUDGET_FIELDS, FILE_FIELDS, TENANT_BUDGET_FIELDS } from "../budgets";
import { about, flag, integer, items, mapOf, matching, oneOf, record, type Schema, text, usd } from "./json-schema";

type Fields<F extends readonly string[]> = Record<F[number], Schema>;

/** `budgets.yaml`. */
export function budgetsSchema(): Schema {
  const terms = {
    window: oneOf(WINDOWS),
    hard: about("A soft cap never refuses; it alerts.", flag),
    alertPercents: items(integer(1, 100)),
    downgradeFromPercent: about("From this percent of the cap on the band is `exceeded`.", integer(1, 100)),
  };
  const limit: Fields<typeof LIMIT_CAP_FIELDS> = { capUsd: usd, capTokens: integer(0), capRequests: integer(0), ...terms };
  const oneAmount = { oneOf: ["capUsd", "capTokens", "capRequests"].map((field) => ({ required: [field] })) };
  const cap: Fields<typeof CAP_FIELDS> = {
    capUsd: usd,
    ...terms,
    limits: about("Further caps: of another window, in tokens or in requests. `minute` is a rate, `request` holds for each request.", items(record(limit, ["window"], oneAmount))),
  };
  const something = { anyOf: [{ required: ["capUsd"] }, { required: ["limits"] }] };
  const scope = record(cap, [], something);
  const calendar: Fields<typeof CALENDAR_FIELDS> = {
    timeZone: text,
    weekStart: oneOf(WEEKDAYS),
    fiscalYearStart: about("Month and day, such as 04-01; to the 28th.", matching(FISCAL_START)),
  };
  const partitions = {
    providers: about("Of the calls that go to a provider.", mapOf(scope)),
    modelTiers: about("Of the calls of models of a tier.", mapOf(scope)),
    tags: about("Of the calls of deployments with a tag.", mapOf(scope)),
  };
  const department: Fields<typeof DEPARTMENT_BUDGET_FIELDS> = { ...cap, tier: text };
  const tenant: Fields<typeof TENANT_BUDGET_FIELDS> = {
    ...cap,
    ...calendar,
    departmentTier: about("Of departments that are not listed.", text),
    departments: mapOf(record(department)),
    teams: about("Groups of users.yaml. Who is in several pays with all of them.", mapOf(scope)),
    users: mapOf(scope),
    eachUser: about("Of each user that has none of its own.", scope),
    applications: mapOf(scope),
    routes: mapOf(scope),
    eachAgentRun: about("Of each agent run or session, by the name that requests give it.", scope),
    ...partitions,
  };
  const company: Fields<typeof COMPANY_FIELDS> = { ...cap, ...partitions };
  const file: Fields<typeof FILE_FIELDS> = {
    ...calendar,
    tiers: about("Sizes of budgets, smallest first.", mapOf(record(cap))),
    company: about("Over all tenants.", record(company)),
    tenants: mapOf(record(tenant)),
  };
  return record(file, ["tenants"]);
}
