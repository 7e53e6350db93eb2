import fc from "fast-check";
import { resolveOrigin, resolveTenant } from "./index";
import { policySet } from "./testing/small-set";

const { applications } = policySet({
  "applications.yaml": `
applications:
  - { application: default, tenant: acme, departments: [Sales, Legal, R&D] }
  - { application: crm, tenant: acme, departments: [Sales, Support], defaultDepartment: Sales, responseTopic: crm-answers }
  - { application: ide, tenant: acme, departments: R&D }
`,
});
const claim = (tenant: string | null = null, department: string | null = null, user: string | null = null) => ({ tenant, department, user });

describe("identity comes from where a record arrived", () => {
  it("and is the binding's where the record claims nothing", () => {
    expect(resolveOrigin(applications, "crm", claim()).ok).toEqual({ application: "crm", tenant: "acme", department: "Sales", user: null, responseTopic: "crm-answers" });
    expect(resolveOrigin(applications, "ide", claim()).ok).toMatchObject({ department: "R&D", responseTopic: "responses.ide" });
    expect(resolveOrigin(applications, "default", claim("acme", "Legal", "u7")).ok).toEqual({ application: "default", tenant: "acme", department: "Legal", user: "u7", responseTopic: "responses" });
  });

  it.each([
    ["crm", claim("globex"), "identity_mismatch", "`tenant` is `globex`, but application `crm` may act for acme alone"],
    ["crm", claim("acme", "Legal"), "identity_mismatch", "`department` is `Legal`, but application `crm` may act for Sales, Support alone"],
    ["crm", claim(null, "sales"), "identity_mismatch", "`department` is `sales`, but application `crm` may act for Sales, Support alone"],
    ["default", claim(), "department_required", "`department` is missing; application `default` serves Sales, Legal, R&D, so the request must name one"],
    ["nobody", claim(), "unknown_application", "application `nobody` is not bound to a tenant"],
  ])("application %s with %j is refused as %s", (application, claims, code, message) => {
    expect(resolveOrigin(applications, application, claims)).toEqual({ ok: null, refusal: { code, message } });
  });

  it("and so is the tenant of what an application says afterwards", () => {
    expect(resolveTenant(applications, "ide", null)).toEqual({ tenant: "acme" });
    expect(resolveTenant(applications, "crm", "acme")).toEqual({ tenant: "acme" });
    expect(resolveTenant(applications, "crm", "globex")).toEqual({ refusal: "`tenant` is `globex`, but application `crm` may act for acme alone" });
    expect(resolveTenant(applications, "nobody", "acme")).toEqual({ refusal: "application `nobody` is not bound to a tenant" });
  });

  it("so no claim ever reaches a tenant or department outside the binding", () => {
    const names = fc.option(fc.oneof(fc.constantFrom("acme", "globex", "Sales", "Legal", "Support", "R&D"), fc.string()));
    fc.assert(
      fc.property(fc.constantFrom("default", "crm", "ide"), names, names, (application, tenant, department) => {
        const binding = applications.get(application);
        const { ok } = resolveOrigin(applications, application, claim(tenant, department));
        if (ok) expect([ok.tenant === binding?.tenant, binding?.departments.includes(ok.department)]).toEqual([true, true]);
      }),
    );
  });
});
