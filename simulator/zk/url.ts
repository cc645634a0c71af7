/** `zk://user:password@host:port,.../path`, taken apart. */
export interface ZkUrl {
  /** `host:port,host:port`, as the client wants it. */
  readonly servers: string;
  /** Begins with `/`, does not end with one. */
  readonly path: string;
  /** `user:password` of the digest scheme. */
  readonly digest?: string;
}

/** Parses a ZooKeeper URL. Throws where Mesos refuses it: no `zk://`, no server, no path, or the path `/`. */
export function parseZkUrl(text: string): ZkUrl {
  const match = /^zk:\/\/(?:([^@/]+)@)?([^/@]+)(\/[^\s]*)?$/.exec(text.trim());
  if (match?.[2] === undefined) {
    throw new Error("Expecting 'zk://[user:password@]host1:port1,host2:port2,.../path'");
  }
  const path = (match[3] ?? "/").replace(/\/+$/, "");
  if (path === "") throw new Error("Expecting a (chroot) path for ZooKeeper ('/' is not supported)");
  return { servers: match[2], path, ...(match[1] === undefined ? {} : { digest: match[1] }) };
}
