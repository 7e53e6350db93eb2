import { takesNewVersion } from "./index";

const ids = Array.from({ length: 20_000 }, (_, index) => `01890a5d-ac96-774b-bcce-${(0xb30209900000 + index).toString(16)}`);
const share = (percent: number, deployment = "a") => ids.filter((id) => takesNewVersion(id, deployment, percent)).length / ids.length;

describe("the share of a rollout", () => {
  it.each([0, 1, 10, 50, 99, 100])("is %s %% of requests, of neighbouring ids too", (percent) => {
    expect(Math.abs(share(percent) - percent / 100)).toBeLessThan(0.01);
    if (percent % 100 === 0) expect(share(percent)).toBe(percent / 100);
  });

  it("only grows: who took the new version takes it still at a higher percentage", () => {
    const early = ids.filter((id) => takesNewVersion(id, "a", 5));
    expect(early.every((id) => takesNewVersion(id, "a", 20))).toBe(true);
  });

  it("is another one for each deployment, so that not the same requests are the first everywhere", () => {
    const both = ids.filter((id) => takesNewVersion(id, "a", 50) && takesNewVersion(id, "b", 50)).length / ids.length;
    expect(Math.abs(both - 0.25)).toBeLessThan(0.02);
  });
});
