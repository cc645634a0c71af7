import { Transform } from "node:stream";

/** Milliseconds between two words of progress. */
const pause = 3000;

/** Passes bytes on, and tells now and then how many: of `total`, where that is known. */
export function measured(what: string, total: number | undefined, say: (line: string) => void): Transform {
  let bytes = 0;
  let last = performance.now();
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (performance.now() - last > pause) {
        last = performance.now();
        say(`${what}: ${megabytes(bytes)}${total === undefined ? "" : ` of ${megabytes(total)}`} MB`);
      }
      done(null, chunk);
    },
  });
}

/** Whole megabytes. */
export function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}
