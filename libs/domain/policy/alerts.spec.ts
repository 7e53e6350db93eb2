import fc from "fast-check";
import { ALERT_KINDS, readAlerts, scopeFits } from "./alerts";
import { openPolicyFile } from "./source/policy-file";
import { formatPolicyError, type PolicyError } from "./source/policy-error";

function read(text: string) {
  const errors: PolicyError[] = [];
  const place = openPolicyFile({ path: "alerts.yaml", text }, errors);
  const alerts = readAlerts(place);
  return { alerts, errors: errors.map(formatPolicyError) };
}

describe("alerts.yaml", () => {
  test("says who is told what", () => {
    const { alerts, errors } = read(`
channels:
  ops: { type: log }
  erp: { type: webhook, url: https://erp.example/x, secretEnv: ERP_KEY }
  chat: { type: slack, urlEnv: CHAT_URL }
  finance: { type: email, to: [a@example.com, b@example.com] }
routes:
  - { channels: ops }
  - { scopes: "department:acme/*", kinds: [threshold, forecast], percentMin: 95, channels: [erp, finance] }
anomaly: { usdMin: 0.5, scopes: [company:acme] }
forecast: {}
`);
    expect(errors).toEqual([]);
    expect([...alerts.channels.values()].map(({ type, url, urlEnv, secretEnv, to }) => [type, url ?? urlEnv, secretEnv, to])).toEqual([
      ["log", null, null, []],
      ["webhook", "https://erp.example/x", "ERP_KEY", []],
      ["slack", "CHAT_URL", null, []],
      ["email", null, null, ["a@example.com", "b@example.com"]],
    ]);
    expect(alerts.routes).toEqual([
      { scopes: ["*"], kinds: ALERT_KINDS, percentMin: 0, channels: ["ops"] },
      { scopes: ["department:acme/*"], kinds: ["threshold", "forecast"], percentMin: 95, channels: ["erp", "finance"] },
    ]);
    expect(alerts.anomaly).toEqual({ scopes: ["company:acme"], scoreMin: 6, timesMin: 2, microUsdMin: 500_000 });
    expect(alerts.forecast).toEqual({ scopes: ["*"] });
  });

  test("without the file nobody is told anything", () => {
    expect(readAlerts(null)).toEqual({ channels: new Map(), routes: [], anomaly: null, forecast: null });
  });

  test.each([
    ["an unknown channel", "channels: { ops: { type: log } }\nroutes: [{ channels: opps }]", "alerts.yaml:2:22: channel `opps`; expected ops; did you mean `ops`?"],
    ["an unknown type", "channels: { ops: { type: pager } }", "alerts.yaml:1:26: type `pager`; expected log, webhook, slack or email"],
    ["a webhook without a key", "channels: { a: { type: webhook, url: 'https://a' } }", "alerts.yaml:1:18: channel `a` of type webhook has no `secretEnv`; expected one"],
    ["a webhook with two addresses", "channels: { a: { type: webhook, url: 'https://a', urlEnv: A, secretEnv: K } }", "alerts.yaml:1:18: channel `a` of type webhook has both `url` and `urlEnv`; expected one"],
    ["a secret in the file", "channels: { a: { type: slack, url: 'https://hooks/T0' } }", "alerts.yaml:1:31: `url` is nothing for a channel of type slack; expected urlEnv"],
    ["a kind that is none", "channels: { a: { type: log } }\nroutes: [{ channels: a, kinds: [thresholds] }]", "alerts.yaml:2:33: kind `thresholds`; expected threshold, forecast, anomaly, runaway or policy; did you mean `threshold`?"],
    ["no address", "channels: { a: { type: email, to: finance } }", "alerts.yaml:1:35: recipient `finance`; expected an address such as finance@example.com"],
    ["a header in an address", 'channels: { a: { type: email, to: "a@b.c\\r\\nBcc: x@y.z" } }', "expected an address"],
    ["a scope that is none", "forecast: { scopes: Sales }", "alerts.yaml:1:21: scope `Sales`; expected a scope such as `department:acme/Sales` or `team:acme/*`"],
    ["an unknown field", "chanels: {}", "alerts.yaml:1:1: unknown field `chanels` of alerts.yaml; expected channels, routes, anomaly or forecast; did you mean `channels`?"],
  ])("%s is refused where it stands", (_, text, error) => expect(read(text).errors.join("\n")).toContain(error));
});

describe("a scope", () => {
  test.each([
    ["*", "user:acme/ann", true],
    ["department:acme/*", "department:acme/R&D", true],
    ["department:acme/*", "department:other/R&D", false],
    ["department:acme/Sales", "department:acme/Sales", true],
    ["department:acme/Sales", "department:acme/Sales2", false],
    ["team:*/a*z", "team:acme/a-to-z", true],
    ["team:*/a*z", "team:acme/z", false],
    ["a*a", "a", false],
  ])("%s fits %s: %s", (pattern, scope, fits) => expect(scopeFits([pattern], scope)).toBe(fits));

  test("fits as the regular expression says that a pattern stands for", () => {
    const part = fc.stringMatching(/^[ab*]{0,6}$/);
    fc.assert(
      fc.property(part, fc.stringMatching(/^[ab]{0,8}$/), (pattern, scope) => {
        expect(scopeFits([pattern], scope)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(scope));
      }),
      { numRuns: 500 },
    );
  });
});
