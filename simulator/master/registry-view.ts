import { atLeast } from "../../mesos/versions";
import { writeAttributes } from "../resources/attributes";
import { writeResources } from "../resources/message";
import type { JsonObject } from "../wire/json";
import { masterInfoJson } from "../zk/master-info";
import { registryOf, type MasterState } from "./model";

/** Body of `/registrar(1)/registry` on the leader: what the registry keeps. Source: src/master/registry.proto. */
export function registryView(state: MasterState): JsonObject {
  const { info, tag } = state.config;
  const slaves = Object.entries(registryOf(state)).map(([id, agent]) => ({
    info: {
      checkpoint: true,
      hostname: agent.hostname,
      id: { value: id },
      port: agent.port,
      ...(agent.attributes.length === 0 ? {} : { attributes: writeAttributes(agent.attributes) }),
      resources: writeResources(agent.resources),
    },
    ...(atLeast(tag, "1.9.0-rc1") ? { deactivated: false } : {}),
  }));
  return { master: { info: masterInfoJson(info, tag) }, slaves: { slaves } };
}
