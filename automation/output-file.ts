import { createWriteStream, type WriteStream } from "node:fs";

/** A file that grows while a program writes. One that cannot be written, on a full disk for one, is given up, not waited for. */
export class OutputFile {
  readonly #stream: WriteStream;
  readonly #closed: Promise<void>;
  #failure: string | undefined;

  constructor(file: string) {
    this.#stream = createWriteStream(file, { flags: "a" });
    this.#closed = new Promise((resolve) => this.#stream.once("close", resolve));
    this.#stream.once("error", (error) => {
      this.#failure = error.message;
    });
  }

  /** @returns whether more may come now; if not, `onRoom` is called when it may */
  write(chunk: Buffer, onRoom: () => void): boolean {
    if (this.#failure !== undefined || this.#stream.write(chunk)) return true;
    this.#stream.once("drain", onRoom).once("close", onRoom);
    return false;
  }

  /** @returns why the file does not hold everything; undefined when it does */
  async close(): Promise<string | undefined> {
    if (this.#failure === undefined) this.#stream.end();
    await this.#closed;
    return this.#failure;
  }
}
