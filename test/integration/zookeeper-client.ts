import { ACL, createClient, CreateMode, type Client } from "node-zookeeper-client";

/** Makes a persistent node. @param server `host:port` */
export function writeNode(server: string, path: string, content: string): Promise<void> {
  return withClient(server, (client, done) => {
    client.mkdirp(path, Buffer.from(content), ACL.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, (error) => {
      done(error, undefined);
    });
  });
}

/** Content of a node. */
export function readNode(server: string, path: string): Promise<string> {
  return withClient(server, (client, done) => {
    client.getData(path, (error, data) => {
      done(error, data?.toString("utf8") ?? "");
    });
  });
}

type Done<T> = (error: Error | null | undefined, value: T) => void;

async function withClient<T>(server: string, ask: (client: Client, done: Done<T>) => void): Promise<T> {
  const client = createClient(server, { sessionTimeout: 10_000, spinDelay: 200, retries: 0 });
  try {
    return await new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`ZooKeeper at ${server} does not answer`));
      }, 90_000);
      client.on("connected", () => {
        ask(client, (error, value) => {
          clearTimeout(timer);
          if (error) reject(error);
          else resolve(value);
        });
      });
      client.connect();
    });
  } finally {
    client.close();
  }
}
