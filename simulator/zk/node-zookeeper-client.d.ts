/** The part of node-zookeeper-client 1.1.3 that the simulator and the evidence use; the package has no types of its own. */
declare module "node-zookeeper-client" {
  export interface Failure extends Error {
    getCode(): number;
  }
  export interface WatchEvent {
    getPath(): string;
  }
  /** Not in the package's documentation: needed to leave without ending the session, and to send requests of our own. */
  interface ConnectionManager {
    queue(
      request: object,
      done: (error: Failure | null | undefined, response: { payload: { path: string } }) => void,
    ): void;
    readonly socket?: { destroy(): void };
    readonly connectTimeoutHandler?: NodeJS.Timeout | null;
    setState(state: number): void;
  }
  export interface Client {
    readonly connectionManager: ConnectionManager;
    connect(): void;
    close(): void;
    on(event: "connected" | "disconnected" | "expired" | "authenticationFailed", listener: () => void): this;
    addAuthInfo(scheme: string, auth: Buffer): void;
    getSessionTimeout(): number;
    mkdirp(
      path: string,
      data: Buffer,
      acls: readonly AccessRule[],
      mode: number,
      done: (error: Failure | null | undefined) => void,
    ): void;
    exists(
      path: string,
      done: (error: Failure | null | undefined, stat: object | null | undefined) => void,
    ): void;
    getChildren(
      path: string,
      watcher: (event: WatchEvent) => void,
      done: (error: Failure | null | undefined, children: string[]) => void,
    ): void;
    getChildren(path: string, done: (error: Failure | null | undefined, children?: string[]) => void): void;
    getData(path: string, done: (error: Failure | null | undefined, data: Buffer | undefined) => void): void;
    setData(
      path: string,
      data: Buffer,
      version: number,
      done: (error: Failure | null | undefined) => void,
    ): void;
    remove(path: string, version: number, done: (error: Failure | null | undefined) => void): void;
  }
  export interface AccessRule {
    toRecord(): object;
  }
  export const ACL: {
    readonly OPEN_ACL_UNSAFE: readonly AccessRule[];
    readonly READ_ACL_UNSAFE: readonly AccessRule[];
    readonly CREATOR_ALL_ACL: readonly AccessRule[];
  };
  export const CreateMode: { readonly PERSISTENT: number; readonly EPHEMERAL_SEQUENTIAL: number };
  export const Exception: { readonly NO_NODE: number; readonly CONNECTION_LOSS: number };
  export function createClient(
    servers: string,
    options: { sessionTimeout: number; spinDelay: number; retries: number },
  ): Client;
}

declare module "node-zookeeper-client/lib/jute" {
  export const OP_CODES: { readonly CREATE: number };
  export const Request: new (header: object, payload: object) => object;
  export const protocol: {
    readonly RequestHeader: new () => { type: number };
    readonly CreateRequest: new () => { path: string; acl: object[]; flags: number; data: Buffer };
  };
}
