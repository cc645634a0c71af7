import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeRecord, RecordDecoder } from "../../simulator/wire/recordio";

describe("RecordIO framing", () => {
  it("counts bytes, not characters", () => {
    assert.equal(encodeRecord("é").toString(), "2\né");
  });

  it("gives back the same records however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 }),
        (records, cuts) => {
          const stream = Buffer.concat(records.map((record) => encodeRecord(Buffer.from(record))));
          const decoder = new RecordDecoder();
          const found: Buffer[] = [];
          for (let at = 0, i = 0; at < stream.length; i += 1) {
            const size = cuts[i % cuts.length]!;
            found.push(...decoder.push(stream.subarray(at, at + size)));
            at += size;
          }
          assert.deepEqual(
            found.map((record) => [...record]),
            records.map((record) => [...record]),
          );
        },
      ),
    );
  });

  it("refuses a stream without lengths", () => {
    assert.throws(() => new RecordDecoder().push(Buffer.from("{}\n")), /no record length/);
    assert.throws(() => new RecordDecoder().push(Buffer.alloc(30, "1")), /no length/);
  });
});
