import fc from "fast-check";
import { problemText } from "./located-problem";
import { readRequests } from "./read-requests";
import { REQUEST_FIELD_NAMES } from "./request-fields";
import { toRequest } from "./to-request";

const problemsOf = (text: string): readonly string[] => readRequests(text, "r.jsonl").problems.map(problemText);

describe("reading requests", () => {
  test("good lines stand beside bad ones; every problem has its line, and its field where there is one", () => {
    const text = [
      '{"text": "a", "department": "Sales"}',
      "",
      '{"text": "b", "departmnt": "Sales"}',
      "no json",
      '{"text": "c", "riskClass": "huge", "maxOutputTokens": 0}',
      '["text"]',
      '{"department": "Sales"}',
      '{"text": "d", "messages": [{"role": "user", "content": "e"}]}',
      '{"messages": [{"role": "robot", "content": "f"}]}',
      '{"text": "g"}',
    ].join("\n");
    const { requests } = readRequests(text, "r.jsonl");
    expect(requests.map(({ line, request }) => [line, request.text])).toEqual([[1, "a"], [10, "g"]]);
    expect(problemsOf(text)).toEqual([
      "r.jsonl:3: field `departmnt`: unknown, did you mean `department`?",
      'r.jsonl:4: not JSON: `no json`, expected one object a line such as {"text": "…"}',
      "r.jsonl:5: field `riskClass`: `\"huge\"`, expected one of `low`, `medium`, `high`, `regulated`",
      "r.jsonl:5: field `maxOutputTokens`: `0`, expected a whole number from 1",
      'r.jsonl:6: `["text"]`, expected an object such as {"text": "…"}',
      "r.jsonl:7: has neither `text` nor `messages`, expected one of them",
      "r.jsonl:8: field `messages`: stands beside `text`, expected one of them",
      'r.jsonl:9: field `messages`: `[{"role":"robot","content":"f"}]`, expected a list of {"role": "system|user|assistant", "content": "…"} that is not empty',
    ]);
  });

  test("a line that is cut off is located to its column", () => {
    expect(problemsOf('{"text": "a"')[0]).toMatch(/^r\.jsonl:1: not JSON at column 13: /);
  });

  test("a file that is no JSONL is one prompt; an empty one is a problem", () => {
    const { requests, problems } = readRequests("  Write to the board.\n\nKindly.\n", "mail.txt");
    expect(requests).toEqual([{ request: { text: "Write to the board.\n\nKindly." }, source: "mail.txt", line: null }]);
    expect(problems).toEqual([]);
    expect(readRequests(" \n", "mail.txt").problems.map(problemText)).toEqual(["mail.txt: is empty, expected requests or a text"]);
    expect(readRequests("\n", "r.jsonl").problems.map(problemText)).toEqual(["r.jsonl: holds no request, expected one JSON object a line"]);
  });

  test("standard input that starts with an object is JSONL, with or without a byte order mark and carriage returns", () => {
    const { requests } = readRequests('\uFEFF{"text": "a"}\r\n{"text": "b"}\r\n', "stdin");
    expect(requests.map(({ line, request }) => [line, request.text])).toEqual([[1, "a"], [2, "b"]]);
  });

  test("any line is either a request or at least one problem, and never throws", () => {
    const member = fc.tuple(fc.oneof(fc.constantFrom(...REQUEST_FIELD_NAMES), fc.string()), fc.jsonValue());
    const line = fc.oneof(fc.array(member).map((members) => JSON.stringify(Object.fromEntries(members))), fc.string().filter((text) => !/[\r\n]/.test(text)));
    fc.assert(
      fc.property(line.filter((text) => text.trim() !== "" && text.replace(/^\uFEFF/, "").trim() !== ""), (text) => {
        const { requests, problems } = readRequests(`{"text":"first"}\n${text}`, "r.jsonl");
        expect(requests.length - 1 + (problems.length > 0 ? 1 : 0)).toBe(1);
      }),
    );
  });
});

describe("a request made of a line", () => {
  const newId = () => "0198c0de-0000-7000-8000-000000000001";

  test("what the line says counts over the command line; what nobody says is null", () => {
    const request = toRequest({ text: "a", department: "Legal", outputSchema: { type: "object" }, deadlineSeconds: 1.5 }, { department: "Sales", taskType: "summarise" }, newId, 1_000_000);
    expect(request).toMatchObject({
      requestId: newId(), department: "Legal", taskType: "summarise", user: null, riskClass: null,
      outputSchema: '{"type":"object"}', deadlineAt: 2_500_000, requiredSections: [], attributes: {},
    });
    expect(JSON.parse(Buffer.from(request.prompt).toString())).toEqual({ messages: [{ role: "user", content: "a" }] });
  });
});
