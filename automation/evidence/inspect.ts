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
    lived: livedSeconds(state),
  };
}

/** While it runs, the end that the engine knows is an earlier life's; what never started has neither. */
function livedSeconds({ StartedAt, FinishedAt }: Inspected["State"]): number | undefined {
  if (StartedAt.startsWith("0001-")) return undefined;
  const seconds = (Date.parse(FinishedAt) - Date.parse(StartedAt)) / 1000;
  return seconds >= 0 ? seconds : undefined;
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
