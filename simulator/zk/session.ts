import {
  ACL,
  createClient,
  CreateMode,
  Exception,
  type AccessRule,
  type Client,
  type Failure,
} from "node-zookeeper-client";
import { OP_CODES, protocol, Request } from "node-zookeeper-client/lib/jute";
import type { Log } from "../log";
import type { ZkUrl } from "./url";

/** Longest pause between two tries to reach a server; the client takes a random part of it. */
const RETRY_MS = 400;

/** A server that is just starting may take a connection and never answer it: longest wait for its answer. */
const HANDSHAKE_MS = 1500;

/** The client's state in which it does not reconnect: STATES.CLOSING in its lib/ConnectionManager.js. */
const CLOSING = -1;

/** One ZooKeeper session. It ends once: then `onLost` is called, and a new one has to be made. */
export class ZkSession {
  private readonly client: Client;
  private readonly acl: readonly AccessRule[];
  private readonly reconnects = new Set<() => void>();
  private expiry: NodeJS.Timeout | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private lastHeard = Date.now();
  private ended = false;
  private open = false;
  private waiting: unknown;
  private readonly handshake: NodeJS.Timeout;
  /** Resolves at the first connection; never rejects: the client tries until the session is closed. */
  readonly connected: Promise<void>;

  constructor(
    url: ZkUrl,
    private readonly timeoutMs: number,
    private readonly log: Log,
    private readonly onLost: (why: string) => void,
  ) {
    this.client = createClient(url.servers, { sessionTimeout: timeoutMs, spinDelay: RETRY_MS, retries: 0 });
    this.acl =
      url.digest === undefined ? ACL.OPEN_ACL_UNSAFE : [...ACL.READ_ACL_UNSAFE, ...ACL.CREATOR_ALL_ACL];
    if (url.digest !== undefined) this.client.addAuthInfo("digest", Buffer.from(url.digest));
    log(`Connecting to ZooKeeper at ${url.servers}`);
    this.connected = new Promise((resolve) => {
      this.client.on("connected", () => {
        this.open = true;
        this.heardAgain();
        resolve();
      });
    });
    this.client.on("disconnected", () => {
      this.open = false;
      this.waitForExpiry();
    });
    this.handshake = setInterval(() => this.dropSilentHandshake(), HANDSHAKE_MS);
    this.client.on("expired", () => this.end("ZooKeeper session expired"));
    this.client.on("authenticationFailed", () => this.end("ZooKeeper authentication failed"));
    this.client.connect();
  }

  /** Whether it ended, from either side. */
  isOver(): boolean {
    return this.ended;
  }

  /** Calls back at each connection after the first, when watches may have been missed. */
  onReconnect(listener: () => void): void {
    this.reconnects.add(listener);
  }

  /** Makes the node and what is above it; one that exists is fine. */
  async ensure(path: string): Promise<void> {
    if (await this.exists(path)) return;
    await this.ask<undefined>((done) =>
      this.client.mkdirp(path, Buffer.alloc(0), this.acl, CreateMode.PERSISTENT, (error) =>
        done(error, undefined),
      ),
    );
  }

  /**
   * Makes an ephemeral node with a sequence number at the end of `prefix`; answers its path. The request is made here
   * because the client's own `create` refuses a prefix that ends in `/`, as that of `log_replicas/0000000000` does.
   */
  createSequential(prefix: string, data: Buffer): Promise<string> {
    const header = new protocol.RequestHeader();
    header.type = OP_CODES.CREATE;
    const payload = new protocol.CreateRequest();
    payload.path = prefix;
    payload.acl = this.acl.map((acl) => acl.toRecord());
    payload.flags = CreateMode.EPHEMERAL_SEQUENTIAL;
    payload.data = data;
    return this.ask((done) =>
      this.client.connectionManager.queue(new Request(header, payload), (error, response) =>
        done(error, error ? "" : response.payload.path),
      ),
    );
  }

  async exists(path: string): Promise<boolean> {
    const stat = await this.ask<object | null | undefined>((done) => this.client.exists(path, done));
    return stat !== null && stat !== undefined;
  }

  /** Names of the children; `changed` is called once, at the next change. */
  children(path: string, changed: () => void): Promise<string[]> {
    return this.ask((done) => this.client.getChildren(path, changed, done));
  }

  /** Content of a node, or undefined where there is no such node. */
  async read(path: string): Promise<Buffer | undefined> {
    try {
      return await this.ask<Buffer | undefined>((done) => this.client.getData(path, done));
    } catch (error) {
      if (isFailure(error) && error.getCode() === Exception.NO_NODE) return undefined;
      throw error;
    }
  }

  /** Sets the content of a node, making it where it is missing. */
  async write(path: string, data: Buffer): Promise<void> {
    await this.ensure(path);
    await this.ask<undefined>((done) =>
      this.client.setData(path, data, -1, (error) => done(error, undefined)),
    );
  }

  /** Removes a node without children; one that is gone is fine. */
  async remove(path: string): Promise<void> {
    try {
      await this.ask<undefined>((done) => this.client.remove(path, -1, (error) => done(error, undefined)));
    } catch (error) {
      if (!isFailure(error) || error.getCode() !== Exception.NO_NODE) throw error;
    }
  }

  /** Ends the session at the server too: its ephemeral nodes go at once. `onLost` is not called. */
  close(): void {
    this.stop();
    this.client.close();
  }

  /**
   * Leaves as a process that died does: the server keeps the session, and its ephemeral nodes, until it times out. The real
   * binaries end that way on every signal and failure.
   */
  abandon(): void {
    this.stop();
    const manager = this.client.connectionManager;
    const drop = (): void => {
      clearTimeout(manager.connectTimeoutHandler ?? undefined);
      manager.socket?.destroy();
    };
    manager.setState(CLOSING);
    drop();
    // A connection may just be waited for; it would come up after the first drop. Nothing else is worth waiting for.
    setTimeout(drop, RETRY_MS + 50).unref();
  }

  private stop(): void {
    this.ended = true;
    clearTimeout(this.expiry);
    clearInterval(this.watchdog);
    clearInterval(this.handshake);
  }

  private ask<T>(send: (done: (error: Failure | null | undefined, value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      send((error, value) => {
        this.lastHeard = Date.now();
        if (error) reject(error);
        else resolve(value);
      });
    });
  }

  private heardAgain(): void {
    this.lastHeard = Date.now();
    clearTimeout(this.expiry);
    if (this.watchdog !== undefined) {
      this.log("Reconnected to ZooKeeper");
      for (const listener of this.reconnects) listener();
      return;
    }
    this.log(`Connected to ZooKeeper, session timeout ${this.client.getSessionTimeout()}ms`);
    this.watchdog = setInterval(() => this.checkAlive(), Math.max(this.client.getSessionTimeout() / 3, 50));
  }

  /** The client gives up on a connection that is not made, but not on one that is made and never answered. */
  private dropSilentHandshake(): void {
    const { socket } = this.client.connectionManager;
    if (!this.open && socket !== undefined && socket === this.waiting) socket.destroy();
    this.waiting = this.open ? undefined : socket;
  }

  /** The client notices a closed connection, but not a silent one. */
  private checkAlive(): void {
    if (Date.now() - this.lastHeard > this.client.getSessionTimeout()) {
      this.end("ZooKeeper did not answer within the session timeout");
      return;
    }
    this.exists("/").catch(() => undefined);
  }

  /** A server that stays away cannot tell of the expiry: count for ourselves, as Mesos does. */
  private waitForExpiry(): void {
    if (this.ended || this.watchdog === undefined) return;
    this.log("Lost the connection to ZooKeeper", "W");
    clearTimeout(this.expiry);
    this.expiry = setTimeout(
      () => this.end("ZooKeeper was away for longer than the session timeout"),
      Math.min(this.timeoutMs, this.client.getSessionTimeout()),
    );
  }

  private end(why: string): void {
    if (this.ended) return;
    this.close();
    this.onLost(why);
  }
}

/** Whether an error is one of ZooKeeper's. */
export function isFailure(error: unknown): error is Failure {
  return error instanceof Error && "getCode" in error;
}
