/** A shorter one would be found in every second word. */
const shortestSecret = 4;

/** Text with every secret replaced. */
export function redact(text: string, secrets: readonly string[]): string {
  return replaceAll(text, longestFirst(secrets));
}

/** Replaces secrets in a stream of bytes, wherever the stream was cut. */
export class Redactor {
  readonly #secrets: readonly string[];
  readonly #held: number;
  #rest = "";

  constructor(secrets: readonly string[]) {
    // Byte for byte in latin1: a character may be cut in two as well.
    this.#secrets = longestFirst(secrets.map((secret) => Buffer.from(secret, "utf8").toString("latin1")));
    this.#held = Math.max(0, (this.#secrets[0]?.length ?? 0) - 1);
  }

  add(chunk: Buffer): Buffer {
    const text = replaceAll(this.#rest + chunk.toString("latin1"), this.#secrets);
    const cut = text.length - this.#held;
    this.#rest = cut > 0 ? text.slice(cut) : text;
    return Buffer.from(cut > 0 ? text.slice(0, cut) : "", "latin1");
  }

  flush(): Buffer {
    const rest = Buffer.from(this.#rest, "latin1");
    this.#rest = "";
    return rest;
  }
}

/** In case one secret holds another. */
function longestFirst(secrets: readonly string[]): string[] {
  return secrets.filter((secret) => secret.length >= shortestSecret).sort((a, b) => b.length - a.length);
}

function replaceAll(text: string, secrets: readonly string[]): string {
  return secrets.reduce((all, secret) => all.replaceAll(secret, "[secret]"), text);
}
