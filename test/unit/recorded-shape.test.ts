import assert from "node:assert/strict";
import { merge, mismatches, readWritten, shapeAt, shapeOf } from "../recorded/shape";

const told = (recorded: string, answered: string): string[] =>
  mismatches(shapeOf(readWritten(recorded)), readWritten(answered)).map(
    ({ field, kind }) => `${kind} ${field}`,
  );

describe("the comparison with a recording", () => {
  it("finds nothing where only values differ", () => {
    assert.deepEqual(told('{"a":1.0,"b":["x"],"c":{"d":true}}', '{"a":2.5,"b":[],"c":{"d":false}}'), []);
  });

  it("sees a member that is missing, at any depth", () => {
    assert.deepEqual(told('{"a":{"b":1,"c":2}}', '{"a":{"b":1}}'), ["missing a.c"]);
    assert.deepEqual(told('{"a":[{"b":1}]}', '{"a":[{"b":1},{}]}'), ["missing a[].b"]);
  });

  it("sees a member that the recording never had", () => {
    assert.deepEqual(told('{"a":{}}', '{"a":{"b":1},"c":1}'), ["extra a.b", "extra c"]);
  });

  it("sees a value of another type, and 1 in place of 1.0", () => {
    assert.deepEqual(told('{"a":"1","b":1.0,"c":1,"d":[],"e":{}}', '{"a":1,"b":1,"c":1.0,"d":{},"e":null}'), [
      ...["type a", "type b", "type c", "type d", "type e"],
    ]);
  });

  it("takes members that only some items of a list had as optional", () => {
    assert.deepEqual(told('[{"a":1,"b":1},{"a":1}]', '[{"a":2}]'), []);
  });

  it("knows nothing of the items of a list that was empty, unless it is told what they are like", () => {
    const shape = shapeOf(readWritten('{"done":[{"id":"x"}],"open":[]}'));
    const answered = readWritten('{"done":[],"open":[{"name":"x"}]}');
    assert.deepEqual(mismatches(shape, answered), []);
    const done = shapeAt(shape, "done");
    const open = shapeAt(shape, "open");
    assert.ok(done && open);
    merge(open, done);
    assert.deepEqual(
      mismatches(shape, answered).map(({ field }) => field),
      ["open[].id", "open[].name"],
    );
  });
});
