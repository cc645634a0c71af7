import { zookeeperImage } from "../../automation/images/zookeeper";
import { docker } from "../../readiness/docker";
import { quietErrand, Scratch, uniqueName } from "../e2e/harness";
import { addressOf } from "./mesos";
import { readNode } from "./zookeeper-client";

/** A real ZooKeeper server in a container of its own. */
export class ZookeeperServer implements AsyncDisposable {
  private constructor(
    readonly container: string,
    /** `host:port`. */
    readonly address: string,
  ) {}

  /** Starts one and waits until it answers. */
  static async start(): Promise<ZookeeperServer> {
    using scratch = new Scratch();
    const image = await zookeeperImage({ version: undefined }, quietErrand);
    const container = uniqueName("test-zookeeper");
    const lines = [
      "tickTime=500",
      "dataDir=/data",
      "clientPort=2181",
      "maxClientCnxns=0",
      "admin.enableServer=false",
    ];
    const config = scratch.file("zoo.cfg", `${lines.join("\n")}\n`);
    await docker(["create", "--name", container, image.id]);
    await docker(["cp", config, `${container}:/conf/zoo.cfg`]);
    await docker(["start", container]);
    const server = new ZookeeperServer(container, await addressOf(container, 2181));
    // The root node always exists: an answer means that the server serves.
    await readNode(server.address, "/");
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker(["rm", "--force", "--volumes", this.container]);
  }
}
