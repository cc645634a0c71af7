import { connect, type Socket } from "node:net";
import { encodeMessage } from "./message";
import { parsePid } from "./pid";

/** A peer that reads nothing while this many bytes wait for it is given up. */
const MAX_WAITING = 64 * 2 ** 20;

/** A message to a process without a link is given up after this. */
const SEND_MS = 10_000;

/**
 * The connections of one process to others, by their pids. As in libprocess each process opens its own to the address that
 * the other advertises, so an address that cannot be reached breaks the link. What a peer answers is ignored.
 */
export class PidLinks {
  private readonly links = new Map<string, Socket>();

  constructor(
    private readonly self: string,
    private readonly tag: string,
    private readonly onBroken: (pid: string) => void,
  ) {}

  /** Opens the link to a process; one that is up stays. */
  open(pid: string): void {
    if (this.links.has(pid)) return;
    const socket = this.connect(pid);
    if (socket === undefined) return;
    this.links.set(pid, socket);
    socket.on("close", () => {
      if (this.links.get(pid) !== socket) return;
      this.links.delete(pid);
      this.onBroken(pid);
    });
    socket.on("end", () => socket.destroy());
  }

  /** Sends over the link, or, where there is none, over a connection for this message only. */
  send(pid: string, name: string, body: Buffer): void {
    const to = parsePid(pid);
    if (to === undefined) return;
    const bytes = encodeMessage(this.tag, to, { from: this.self, name, body });
    const link = this.links.get(pid);
    if (link === undefined) {
      const socket = this.connect(pid);
      socket?.setTimeout(SEND_MS, () => socket.destroy());
      socket?.end(bytes);
      return;
    }
    link.write(bytes);
    if (link.writableLength > MAX_WAITING) link.destroy();
  }

  /** Closes a link from this side, after what was sent; it does not count as broken. */
  close(pid: string): void {
    const link = this.links.get(pid);
    this.links.delete(pid);
    link?.setTimeout(SEND_MS, () => link.destroy());
    link?.end();
  }

  closeAll(): void {
    const all = [...this.links.values()];
    this.links.clear();
    for (const link of all) link.destroy();
  }

  private connect(pid: string): Socket | undefined {
    const to = parsePid(pid);
    if (to === undefined) return undefined;
    const socket = connect({ host: to.host, port: to.port, noDelay: true });
    socket.on("error", () => socket.destroy());
    socket.resume();
    return socket;
  }
}
