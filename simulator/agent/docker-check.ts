import { execFile } from "node:child_process";
import { FatalError } from "../fatal";
import type { Flags } from "../flags/flags";

/** As long as Mesos waits for the client. Source: DOCKER_VERSION_WAIT_TIMEOUT in src/docker/docker.cpp. */
const VERSION_TIMEOUT_MS = 5_000;

/**
 * An agent that may run Docker tasks asks the docker client for its version before anything else, and ends without one.
 * Rejects with {@link FatalError}. Source: Docker::create, Docker::validateVersion in src/docker/docker.cpp.
 */
export async function checkDockerClient(flags: Flags): Promise<void> {
  if (!runsDocker(flags)) return;
  const client = flags.text("docker") ?? "docker";
  const why = await failureOf(client);
  if (why === undefined) return;
  throw new FatalError(
    `Failed to create a containerizer: Could not create DockerContainerizer: Failed to create docker: ${why}`,
  );
}

/** Whether the agent may run Docker tasks. */
export function runsDocker(flags: Flags): boolean {
  return (flags.text("containerizers") ?? "mesos").split(",").some((name) => name.trim() === "docker");
}

/** Why the client does not say its version; undefined where it does. */
function failureOf(client: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(client, ["--version"], { timeout: VERSION_TIMEOUT_MS }, (error) => {
      if (error === null) resolve(undefined);
      else if (error.killed === true) resolve("Timed out getting docker version");
      else {
        // A shell, which the real one asks, gives 127 for a program that is not there.
        const code = error.code === "ENOENT" ? 127 : String(error.code ?? error.signal);
        resolve(
          `Failed to get docker version: Failed to execute '${client} --version': exited with status ${code}`,
        );
      }
    });
  });
}
