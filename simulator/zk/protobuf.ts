type Value = string | number;

/** A flat protobuf message of strings and unsigned varints, in the order given: all that an old MasterInfo needs. */
export function encodeFields(fields: readonly (readonly [number: number, value: Value])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === "number") return [varint(number * 8), varint(value)];
      const bytes = Buffer.from(value);
      return [varint(number * 8 + 2), varint(bytes.length), bytes];
    }),
  );
}

/** Fields by number: varints as numbers, length-delimited ones as bytes, the last of each number counts. Throws when cut short. */
export function decodeFields(data: Buffer): Map<number, number | Buffer> {
  const fields = new Map<number, number | Buffer>();
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = data[at];
      if (byte === undefined) throw new Error("Failed to parse protobuf: message ends within a number");
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < data.length) {
    const key = next();
    const wireType = key % 8;
    if (wireType === 0) {
      fields.set(Math.floor(key / 8), next());
    } else if (wireType === 2) {
      const length = next();
      if (at + length > data.length) throw new Error("Failed to parse protobuf: message ends within a field");
      fields.set(Math.floor(key / 8), data.subarray(at, at + length));
      at += length;
    } else {
      throw new Error(`Failed to parse protobuf: unexpected wire type ${wireType}`);
    }
  }
  return fields;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}
