import type { AgentInfo } from "../protocol";
import { printResources } from "../resources/message";
import { contains } from "../resources/resources";

/**
 * What changed between two lives of an agent that its policy does not allow, a line per change: nothing may under `equal`,
 * resources and attributes may grow under `additive`. Source: src/slave/compatibility.cpp.
 */
export function changes(before: AgentInfo, after: AgentInfo, policy: "equal" | "additive"): string[] {
  const additive = policy === "additive";
  const attributes = ({ attributes: all }: AgentInfo): string =>
    all.map(({ name, value }) => `${name}:${value}`).join(";");
  const grown =
    additive &&
    before.attributes.every((old) =>
      after.attributes.some((a) => a.name === old.name && a.value === old.value),
    );
  const sameAttributes = grown || attributes(before) === attributes(after);
  const sameResources =
    contains(after.resources, before.resources) && (additive || contains(before.resources, after.resources));
  return [
    ...(before.hostname === after.hostname ? [] : [line("hostname", before.hostname, after.hostname)]),
    ...(before.port === after.port ? [] : [line("port", String(before.port), String(after.port))]),
    ...(sameAttributes ? [] : [line("attributes", attributes(before), attributes(after))]),
    ...(sameResources
      ? []
      : [line("resources", printResources(before.resources), printResources(after.resources))]),
  ];
}

function line(what: string, before: string, after: string): string {
  return `${what} changed from '${before}' to '${after}'`;
}
