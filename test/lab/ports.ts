import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { packageRoot } from "../../automation/layout";
import { finish } from "./run";

const program = path.join(packageRoot, "test", "lab", "ports.js");

/** Accepts connections on these ports, at every address of a network namespace, until it is disposed of. */
export async function listeners(namespace: string, ports: readonly number[]): Promise<AsyncDisposable> {
  const argv = ["netns", "exec", namespace, process.execPath, program, "listen", ...ports.map(String)];
  const child = spawn("ip", argv, { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}

/** The ports at which somebody in the namespace can connect to the address; all 65,535 are tried. */
export async function openPorts(
  namespace: string,
  address: string,
  ports: readonly number[] = [],
): Promise<number[]> {
  const argv = [
    "ip",
    "netns",
    "exec",
    namespace,
    process.execPath,
    program,
    "scan",
    address,
    ...ports.map(String),
  ];
  const { code, stdout, stderr } = await finish(argv, { seconds: 280 });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as number[];
}
