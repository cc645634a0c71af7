import { connect, createServer, type Server, type Socket } from "node:net";

/** A way to a TCP server that can be opened late, go silent and be cut. */
export class Proxy implements AsyncDisposable {
  private readonly pairs = new Set<[Socket, Socket]>();
  private server: Server | undefined;
  private silent = false;

  constructor(
    readonly port: number,
    private readonly target: string,
  ) {}

  async open(): Promise<void> {
    const [host = "", port = ""] = this.target.split(":");
    const server = createServer((near) => {
      const far = connect(Number(port), host);
      const pair: [Socket, Socket] = [near, far];
      this.pairs.add(pair);
      for (const [from, to] of [pair, [far, near]] as [Socket, Socket][]) {
        from.pipe(to);
        from.on("error", () => from.destroy());
        from.on("close", () => {
          if (!this.silent) to.destroy();
        });
      }
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
  }

  /** Nothing goes through any more, not even that the other side closed the connection. */
  silence(): void {
    this.silent = true;
    for (const [near, far] of this.pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.pause();
      far.pause();
    }
  }

  /** Closes every connection; new ones are taken. */
  cut(): void {
    for (const [near, far] of this.pairs) {
      near.destroy();
      far.destroy();
    }
    this.pairs.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    const { server } = this;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }
}
