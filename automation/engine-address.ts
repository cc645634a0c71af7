import { docker } from "../readiness/docker";
import { PreconditionError } from "./precondition";

const usual = "unix:///var/run/docker.sock";

/**
 * Address of the engine that the docker client talks to, where Pulumi's Docker provider would not find it by
 * itself: it knows DOCKER_HOST and the usual socket, but no contexts.
 */
export async function engineAddress(): Promise<string | undefined> {
  const { DOCKER_HOST: host = "" } = process.env;
  if (host !== "") {
    refuseRemote(host, "DOCKER_HOST");
    return undefined;
  }
  const address = (await docker(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"])).trim();
  refuseRemote(address, "the Docker context in use");
  return address === usual || address === "" ? undefined : address;
}

/** The target `local` publishes at this machine's loopback address, which a remote engine does not have. */
function refuseRemote(address: string, where: string): void {
  if (!/^(tcp|ssh):\/\/(?!([^@/]*@)?(127\.|localhost|\[::1\]))/.test(address)) return;
  throw new PreconditionError(
    `${where} is ${address}, an engine on another machine, but the target local needs this machine's; unset it`,
  );
}
