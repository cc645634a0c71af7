import type { Inspected } from "../../readiness/docker";
import type { ContainerFate } from "./evidence";

/** How a container fares. */
export function fateOf({ State: state, RestartCount: restarts }: Inspected): ContainerFate {
  return {
    status: state.Status,
    exitCode: state.ExitCode,
    restarts,
    outOfMemory: state.OOMKilled,
    error: state.Error,
  };
}

/** Names of variables whose values nobody means to publish. */
const secretName = /secret|passw|token|credential|private|api_?key|access_?key/i;

/** The same without the values of variables that sound like secrets; ours never stand there, an image's own may. */
export function withoutSecretValues(container: Inspected): Inspected {
  const hidden = (container.Config.Env ?? []).map((variable) => {
    const name = variable.split("=", 1)[0] ?? "";
    return secretName.test(name) ? `${name}=[hidden]` : variable;
  });
  return { ...container, Config: { ...container.Config, Env: hidden } };
}
