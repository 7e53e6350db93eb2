import { randomUUID } from "node:crypto";
import type { World } from "../world";

const RECORD_BYTES_MAX = 1_024 * 1_024;
/** Magic, an id that no registry has given, a body. */
const UNKNOWN_SCHEMA = Buffer.from([0, 0x7f, 0xff, 0xff, 0xfe, 1, 2, 3]);

/** I5: what cannot be processed is kept whole, with the reason; the next record is answered. */
export function poisonCases(world: () => World): void {
  const deadLetterOf = (key: string) =>
    world().client.eventually(`a dead letter of ${key}`, () => world().client.deadLetters.find((letter) => Buffer.from(letter.key ?? []).toString() === key));

  it.each([
    ["bytes that are no record", () => Buffer.from("what is this?"), "bad_record"],
    ["no bytes at all", () => Buffer.alloc(0), "bad_record"],
    ["a schema that nobody knows", () => UNKNOWN_SCHEMA, "unknown_schema"],
    ["a count that would allocate the memory away", () => Buffer.concat([goodBytes().subarray(0, 5), BOMB]), "bad_record"],
    ["a record that is too large", () => Buffer.concat([goodBytes(), Buffer.alloc(RECORD_BYTES_MAX)]), "record_too_large"],
  ])("I5 nothing lost: %s becomes a dead letter with its original bytes", async (_what, bytesOf, code) => {
    const key = randomUUID();
    const bytes = bytesOf();
    await world().client.sendBytes(bytes, key);
    const letter = await deadLetterOf(key);
    expect(letter).toMatchObject({ stage: "classifier", errorCode: code });
    expect(letter.topic).toMatch(/requests$/);
    expect(Buffer.compare(letter.value ?? Buffer.alloc(1), bytes)).toBe(0);
    expect((await world().ask()).status).toBe("answered");
  });

  const goodBytes = (): Uint8Array => world().client.codec.encode("request", requestBehind(world()));
}

/** Not asked: only its bytes are used. */
function requestBehind(world: World) {
  const request = world.request();
  world.asked.pop();
  return request;
}

/** Fields up to the map of attributes, then a map that claims two billion entries. */
const BOMB = Buffer.concat([Buffer.from([2, 0x61, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f])]);
