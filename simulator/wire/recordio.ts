/** One record: its length in bytes as decimal digits, a newline, the bytes. Source: docs/scheduler-http-api.md. */
export function encodeRecord(record: string | Buffer): Buffer {
  const bytes = typeof record === "string" ? Buffer.from(record) : record;
  return Buffer.concat([Buffer.from(`${bytes.length}\n`), bytes]);
}

/** Longest length prefix that is still taken for one: 20 digits, as an unsigned 64-bit number has at most. */
const MAX_PREFIX = 20;

/** Cuts a byte stream into records, whatever pieces it arrives in. */
export class RecordDecoder {
  private pending: Buffer = Buffer.alloc(0);

  /** The records completed by `chunk`. Throws on a length that is no number; the decoder is then of no more use. */
  push(chunk: Buffer): Buffer[] {
    this.pending = Buffer.concat([this.pending, chunk]);
    const records: Buffer[] = [];
    for (;;) {
      const newline = this.pending.indexOf(0x0a);
      if (newline === -1) {
        if (this.pending.length > MAX_PREFIX) throw new Error("RecordIO: no length before the record");
        return records;
      }
      const digits = this.pending.toString("latin1", 0, newline);
      if (!/^\d{1,20}$/.test(digits)) throw new Error(`RecordIO: '${digits}' is no record length`);
      const end = newline + 1 + Number(digits);
      if (this.pending.length < end) return records;
      records.push(this.pending.subarray(newline + 1, end));
      this.pending = this.pending.subarray(end);
    }
  }
}
