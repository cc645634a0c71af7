import { servesEndpoint } from "../../mesos/endpoints";
import type { MesosRole } from "../../mesos/flags";

/** Paths that belong to a libprocess process of their own, not to the master or the agent. */
const OWN_PROCESS = ["/metrics/", "/version", "/files/", "/registrar(1)/", "/system/"];

/**
 * The path of an endpoint without the id of its process (`/master/state` and `/state` are one), or undefined where this
 * version serves no such path.
 */
export function endpointOf(role: MesosRole, version: string, path: string): string | undefined {
  const id = role === "master" ? "/master" : "/slave(1)";
  const prefixed = path.startsWith(`${id}/`);
  const endpoint = prefixed ? path.slice(id.length) : path;
  if (prefixed && OWN_PROCESS.some((own) => endpoint.startsWith(own))) return undefined;
  const trimmed = endpoint.length > 1 ? endpoint.replace(/\/$/, "") : endpoint;
  return servesEndpoint(role, version, trimmed) ? trimmed : undefined;
}
