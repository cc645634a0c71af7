import { join } from "node:path";
import { findVersion } from "../mesos/versions";
import { AgentProcess } from "../simulator/agent/run";
import { Flags } from "../simulator/flags/flags";
import { loadFlags } from "../simulator/flags/load";

/**
 * Many simulated agents in one process, each with 21 cpus. Arguments: version, how many, first port, the master's
 * `host:port`, a folder for their work_dirs. They end with it.
 */
async function main(): Promise<void> {
  const [tag = "", count = "0", firstPort = "0", master = "", folder = ""] = process.argv.slice(2);
  const version = findVersion(tag);
  if (version === undefined) throw new Error(`${tag} is no known Mesos version`);
  const agents: AgentProcess[] = [];
  process.once("SIGTERM", () => void Promise.all(agents.map((agent) => agent.stop())));
  for (let i = 0; i < Number(count); i += 1) {
    const argv = [
      `--master=${master}`,
      "--ip=127.0.0.1",
      `--hostname=agent-${i}`,
      `--port=${Number(firstPort) + i}`,
      `--work_dir=${join(folder, String(i))}`,
      "--resources=cpus:21;mem:4096;disk:1024;ports:[31000-31099]",
    ];
    const { given } = loadFlags({ role: "agent", version: tag, argv, env: {} });
    const flags = new Flags("agent", tag, given);
    const quiet = (): void => undefined;
    const fail = ({ message }: Error): void => void process.stderr.write(`agent ${i}: ${message}\n`);
    agents.push(await AgentProcess.start(version, flags, { PATH: process.env.PATH }, quiet, fail));
  }
}

void main();
