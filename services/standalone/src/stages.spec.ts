import { STAGES } from "@leverframe/kernel";
import { STAGE_MODULES } from "./stages";

describe("standalone", () => {
  test("holds every stage of the journey, in its order", () => {
    expect(Object.keys(STAGE_MODULES)).toEqual([...STAGES]);
  });
});
