import { BadRequest, isObject, type JsonObject } from "./ask";
import { countTokens } from "./tokens";

export interface AskedTool {
  readonly name: string;
  readonly parameters: JsonObject;
}

export type AskedChoice = "auto" | "required" | "none" | { readonly name: string };

/** What a request holds beyond texts. */
export interface Tooling {
  readonly tools: readonly AskedTool[];
  readonly choice: AskedChoice;
  /** The last turn tells results of tools, so that an answer is due. */
  readonly answered: boolean;
  readonly images: number;
  /** Of declarations, calls and pictures. */
  readonly tokens: number;
}

export const NO_TOOLING: Tooling = { tools: [], choice: "auto", answered: false, images: 0, tokens: 0 };

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** How the file of each kind begins. */
const SIGNATURES: Readonly<Record<string, string>> = {
  "image/png": "89504e47",
  "image/jpeg": "ffd8ff",
  "image/gif": "47494638",
  "image/webp": "52494646",
};
/** About what models make of a picture: one token for so many of its bytes, within bounds. */
const IMAGE_BYTES_PER_TOKEN = 750;
const IMAGE_TOKENS_MAX = 1_600;

/** Collects tools, calls, results and pictures of a request in any wire, and turns away what providers turn away. */
export class ToolingReader {
  private readonly tools: AskedTool[] = [];
  private readonly open = new Map<string, string>();
  private choice: AskedChoice = "auto";
  private images = 0;
  private tokens = 0;
  private answered = false;

  /** `status` and `parameter` are what the wire answers a bad request with. */
  constructor(
    private readonly status = 400,
    private readonly parameter: string | null = null,
  ) {}

  tool(name: unknown, parameters: unknown): void {
    if (typeof name !== "string" || !NAME.test(name)) throw this.bad("Invalid tool name: expected a string that matches '^[a-zA-Z0-9_-]+$'.");
    if (!isObject(parameters)) throw this.bad(`Invalid schema for function '${name}': expected an object.`);
    this.tools.push({ name, parameters });
    this.tokens += countTokens(name) + countTokens(JSON.stringify(parameters));
  }

  choose(choice: AskedChoice): void {
    if (typeof choice === "object" && !this.tools.some(({ name }) => name === choice.name)) throw this.bad(`Tool choice '${choice.name}' not found in 'tools'.`);
    if (this.tools.length === 0) throw this.bad("'tool_choice' is only allowed when 'tools' are specified.");
    this.choice = choice;
  }

  /** A call in an assistant's turn; its arguments are JSON text. */
  call(id: unknown, name: unknown, text: unknown): void {
    if (typeof id !== "string" || id === "" || typeof name !== "string" || typeof text !== "string") throw this.bad("A tool call has an id, a name and arguments.");
    try {
      JSON.parse(text);
    } catch {
      throw this.bad(`Arguments of tool call '${id}' are not JSON.`);
    }
    this.open.set(id, name);
    this.tokens += countTokens(name) + countTokens(text);
  }

  /** A result; where the wire has no ids, the name stands for one. */
  result(id: unknown): void {
    if (typeof id !== "string" || !this.open.delete(id)) throw this.bad(`No tool call found for the result '${String(id)}'.`);
    this.answered = true;
  }

  /** A result by the name of its tool, for a wire without ids: it belongs to the oldest open call of that name. */
  resultOf(name: string): void {
    this.result([...this.open].find(([, called]) => called === name)?.[0]);
  }

  /** A turn that is no result: whatever was asked must have been answered. */
  turn(): void {
    if (this.open.size > 0) throw this.bad(`Tool calls must be followed by their results: ${[...this.open.keys()].join(", ")}.`);
    this.answered = false;
  }

  image(mediaType: unknown, data: unknown): void {
    const signature = typeof mediaType === "string" ? SIGNATURES[mediaType] : undefined;
    if (signature === undefined || typeof data !== "string" || !BASE64.test(data)) throw this.bad("Could not process image: expected base64 of a supported kind.");
    const bytes = Buffer.from(data, "base64");
    if (!bytes.toString("hex", 0, 4).startsWith(signature)) throw this.bad(`Could not process image: it is no ${String(mediaType)}.`);
    this.images += 1;
    this.tokens += Math.min(Math.ceil(bytes.length / IMAGE_BYTES_PER_TOKEN), IMAGE_TOKENS_MAX);
  }

  read(): Tooling {
    if (this.open.size > 0) this.turn();
    const { tools, choice, answered, images, tokens } = this;
    return { tools, choice, answered, images, tokens };
  }

  private bad(message: string): BadRequest {
    return new BadRequest(message, this.parameter, this.status);
  }
}
