import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { localBase } from "../../automation/images/base";
import { loadBalancerImage } from "../../automation/images/load-balancer";
import { mesosDnsImage } from "../../automation/images/mesos-dns";
import { simulatorImage } from "../../automation/images/simulator";
import { zookeeperImage } from "../../automation/images/zookeeper";
import { packageRoot } from "../../automation/layout";
import { docker } from "../../readiness/docker";
import { quietErrand } from "../e2e/harness";
import { run } from "./run";

const { cacheDir } = createRequire(__filename)(path.join(packageRoot, "toolchain", "layout.js")) as {
  cacheDir: string;
};

/** Names of all images of simulated clusters, made where they are not there. Every lab takes the same, so that one store serves all. */
export async function clusterImages(): Promise<string[]> {
  const images = await Promise.all([
    simulatorImage("1.11.0", quietErrand),
    zookeeperImage({ version: undefined }, quietErrand),
    mesosDnsImage({ version: "0.6.0", image: { kind: "go" } }, quietErrand),
    loadBalancerImage({ version: undefined, image: { kind: "haproxy" } }, quietErrand),
  ]);
  return [...images.map(({ reference }) => reference), localBase];
}

/**
 * A data folder of a Docker engine that holds images of this machine's engine, made once for each set of images: hosts of
 * a lab that are to have them before a test begins share its layers. Answers with the folder.
 * @param references names of images
 */
export async function imageStore(references: readonly string[]): Promise<string> {
  const ids = await docker(["image", "inspect", "--format", "{{.Id}}", ...references]);
  const folder = path.join(
    cacheDir,
    "lab",
    `images-${createHash("sha256").update(ids).digest("hex").slice(0, 12)}`,
  );
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    await fill(draft, references);
    renameSync(draft, folder);
  } catch (error) {
    // Another test may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  removeOthers(folder);
  return folder;
}

/** Fills the data folder of an engine that does not run from a store: layers as links, what an engine writes as copies. */
export function stock(data: string, store: string): void {
  for (const part of readdirSync(store)) {
    const [from, to] = [path.join(store, part), path.join(data, part)];
    if (part === "overlay2") run("cp", "--archive", "--link", from, to);
    else cpSync(from, to, { recursive: true, preserveTimestamps: true });
  }
}

/** An engine of our own for the time of loading, without a network. */
async function fill(data: string, references: readonly string[]): Promise<void> {
  const work = path.join("/run", `mesos-matrix-store-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const engine = `unix://${work}/docker.sock`;
  const daemon = spawn(
    // A network of its own: an engine without a bridge removes the one that it finds, and that is another engine's.
    "unshare",
    [
      ...["--net", "dockerd"],
      ...["--host", engine, "--data-root", data, "--exec-root", `${work}/exec`, "--pidfile", `${work}/pid`],
      ...["--bridge", "none", "--iptables=false"],
    ],
    { stdio: "ignore" },
  );
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  try {
    for (let i = 0; i < 600 && !(await answers(engine)); i++) await pause(100);
    const archive = path.join(work, "images.tar");
    await docker(["save", "--output", archive, ...references], { timeout: 300 });
    await docker(["load", "--quiet", "--input", archive], { engine, timeout: 300 });
  } finally {
    daemon.kill();
    await ended;
    rmSync(work, { recursive: true, force: true });
  }
}

async function answers(engine: string): Promise<boolean> {
  return docker(["version"], { engine }).then(
    () => true,
    () => false,
  );
}

/** Images of earlier builds are of no use to anybody. */
function removeOthers(folder: string): void {
  const home = path.dirname(folder);
  for (const name of readdirSync(home)) {
    const other = path.join(home, name);
    if (/^images-[0-9a-f]+$/.test(name) && other !== folder) rmSync(other, { recursive: true, force: true });
  }
}
