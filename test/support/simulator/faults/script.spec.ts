import { faultText, parseFault, toFault, type Fault } from "./fault";
import { parseMarkers, withoutMarkers } from "./marker";
import { FaultScript, faultTexts, type FaultRule } from "./script";

function call(model = "a", prompt = "p", seedWord = 1, provider = "one") {
  return { model, provider, prompt, markerScope: "request-1", seedWord };
}

function strikes(rules: FaultRule[], calls = Array(4).fill(call())): string[][] {
  const script = new FaultScript();
  script.add(rules);
  return calls.map((one) => faultTexts(script.strike(one, parseMarkers(one.prompt))));
}

describe("fault notation", () => {
  it.each([
    ["error=503", { kind: "error", status: 503 }],
    ["fails=quota", { kind: "fails", as: "quota" }],
    ["timeout", { kind: "timeout" }],
    ["cut=0.3", { kind: "cut", after: 0.3 }],
    ["429", { kind: "rate-limit" }],
    ["429=7", { kind: "rate-limit", retryAfterSeconds: 7 }],
    ["slow=2000", { kind: "slow", ms: 2_000 }],
    ["slow=x4", { kind: "slow", factor: 4 }],
    ["refuse=filter", { kind: "refuse", by: "filter" }],
  ])("reads `%s`, and what it writes", (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
    expect(parseFault(faultText(fault as Fault))).toEqual(fault);
  });

  it.each(["refuze", "error", "error=200", "timeout=3", "cut=2", "slow", "slow=x0.5", "429=", ""])(
    "refuses `%s`",
    (text) => {
      expect(() => toFault(text)).toThrow(/fault|between/);
    },
  );

  it("refuses an object of an unknown kind", () => {
    expect(() => toFault({ kind: "nap" } as never)).toThrow("unknown fault `nap`");
  });
});

describe("fault rules", () => {
  it("play an exact sequence once, or again and again", () => {
    const sequence = ["error=500", null, "refuse"];
    expect(strikes([{ sequence }])).toEqual([["error=500"], [], ["refuse"], []]);
    expect(strikes([{ sequence, repeat: true }])).toEqual([["error=500"], [], ["refuse"], ["error=500"]]);
  });

  it("strike a number of times, then leave room for the next rule", () => {
    expect(strikes([{ fault: "empty", timesMax: 2 }, { fault: "weak" }])).toEqual([
      ["empty"],
      ["empty"],
      ["weak"],
      ["weak"],
    ]);
  });

  it("match by model, prefix, provider and prompt text", () => {
    const calls = [call("gpt-1"), call("gpt-2", "urgent"), call("other", "p", 1, "two")];
    expect(strikes([{ model: "gpt-1", fault: "empty" }], calls)).toEqual([["empty"], [], []]);
    expect(strikes([{ model: "gpt-*", fault: "empty" }], calls)).toEqual([["empty"], ["empty"], []]);
    expect(strikes([{ provider: "two", fault: "empty" }], calls)).toEqual([[], [], ["empty"]]);
    expect(strikes([{ contains: "urgent", fault: "empty" }], calls)).toEqual([[], ["empty"], []]);
  });

  it("strike with their probability, drawn from the call and not from the order of arrival", () => {
    const rules = [{ probability: 0.3, fault: "timeout" }];
    const calls = Array.from({ length: 2_000 }, (_, index) => call("a", "p", index));
    const forward = strikes(rules, calls);
    expect(forward.flat().length / calls.length).toBeCloseTo(0.3, 1);
    expect(strikes(rules, calls.toReversed()).toReversed()).toEqual(forward);
  });

  it("add slowness to one other fault, and no more than that one", () => {
    const rules = [{ fault: "slow=5" }, { fault: "empty" }, { fault: "refuse" }, { fault: "slow=9" }];
    expect(strikes(rules, [call()])).toEqual([["slow=5", "empty"]]);
  });

  it("are refused when they cannot work", () => {
    const script = new FaultScript();
    expect(() => script.add([{ id: "both", fault: "empty", sequence: [] }])).toThrow("`both` needs either");
    expect(() => script.add([{ fault: "empty", probability: 3 }])).toThrow("probability");
    expect(script.states()).toEqual([]);
  });
});

describe("fault markers", () => {
  it("strike the first calls of a request, in the order written", () => {
    const prompt = "Hello [[sim:error=503*2]][[sim:refuse*1]]";
    expect(strikes([], Array(4).fill(call("a", prompt)))).toEqual([["error=503"], ["error=503"], ["refuse"], []]);
  });

  it("strike only the model named, and before any rule", () => {
    const prompt = "[[sim:refuse@b]] Hello";
    expect(strikes([{ fault: "empty" }], [call("a", prompt), call("b", prompt)])).toEqual([["empty"], ["refuse"]]);
  });

  it("are counted for each request", () => {
    const script = new FaultScript();
    const markers = parseMarkers("[[sim:empty*1]]");
    const struck = ["r1", "r1", "r2"].map((markerScope) => script.strike({ ...call(), markerScope }, markers).length);
    expect(struck).toEqual([1, 0, 1]);
  });

  it("set a difficulty and leave no trace in the text", () => {
    expect(parseMarkers("x [[sim:difficulty=0.8]]")[0]).toMatchObject({ difficulty: 0.8, fault: null });
    expect(withoutMarkers("Hello[[sim:slow=3]] there [[sim:refuse@m]]")).toBe("Hello there");
    expect(() => parseMarkers("[[sim:difficulty=2]]")).toThrow("between 0 and 1");
  });
});
