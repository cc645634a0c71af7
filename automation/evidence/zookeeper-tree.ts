import { createClient, type Client } from "node-zookeeper-client";

/** Nodes, and bytes of each node's data: what Mesos and a framework keep there is far less. */
const mostNodes = 2000;
const mostBytes = 2000;

/**
 * The tree below `/`, one node a line with its data. Rejects where no server answers within the seconds: without a
 * quorum none does.
 * @param servers `host:port,host:port`
 */
export async function zookeeperTree(servers: string, seconds: number): Promise<string[]> {
  const client = createClient(servers, { sessionTimeout: 10_000, spinDelay: 500, retries: 0 });
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  });
  try {
    const connected = new Promise<void>((resolve) => client.on("connected", resolve));
    client.connect();
    return await Promise.race([deadline, connected.then(() => walk(client))]);
  } finally {
    clearTimeout(timer);
    leave(client);
  }
}

/** A client that never found a server would try for ever, closed or not. */
function leave(client: Client): void {
  const { connectionManager: manager } = client;
  client.close();
  setTimeout(() => {
    clearTimeout(manager.connectTimeoutHandler ?? undefined);
    manager.socket?.destroy();
  }, 500);
}

async function walk(client: Client): Promise<string[]> {
  const lines: string[] = [];
  const open = ["/"];
  while (open.length > 0 && lines.length < mostNodes) {
    const path = open.shift() ?? "/";
    const children = (await childrenOf(client, path)).sort();
    // Depth first, so that the lines read like a tree.
    open.unshift(...children.map((child) => (path === "/" ? `/${child}` : `${path}/${child}`)));
    const data = await dataOf(client, path);
    lines.push(data === "" ? path : `${path}  ${data}`);
  }
  return lines;
}

/** A node may go away while its parent is read: it has no children and no data then. */
function childrenOf(client: Client, path: string): Promise<string[]> {
  return new Promise((resolve) => {
    client.getChildren(path, (_, children) => {
      resolve(children ?? []);
    });
  });
}

/** Text as it is, bytes of protobuf as their printable part. */
function dataOf(client: Client, path: string): Promise<string> {
  return new Promise((resolve) => {
    client.getData(path, (_, data) => {
      const text = (data ?? Buffer.alloc(0)).subarray(0, mostBytes).toString("utf8");
      resolve(text.replace(/[^\x20-\x7e]+/g, " ").trim());
    });
  });
}
