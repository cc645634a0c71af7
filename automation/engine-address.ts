import { docker } from "../readiness/docker";

const usual = "unix:///var/run/docker.sock";

/**
 * Address of the engine that the docker client talks to, where Pulumi's Docker provider would not find it by
 * itself: it knows DOCKER_HOST and the usual socket, but no contexts.
 */
export async function engineAddress(): Promise<string | undefined> {
  if ((process.env.DOCKER_HOST ?? "") !== "") return undefined;
  const address = (await docker(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"])).trim();
  return address === usual || address === "" ? undefined : address;
}
