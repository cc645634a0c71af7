import { isHosted } from "./docker-names";

/** A registry that stands in for Docker Hub, by its address such as `mirror.example:5000`. */
interface StandIn {
  readonly address: string;
}

/** A name such as `zookeeper:3.9` as it is asked for: as it is, or at the registry that stands in for Docker Hub. */
export function referencesFor(name: string, registry: StandIn | undefined): string[] {
  const [, repository = name, tag = "latest"] = /^(.+):([^:/]+)$/.exec(name) ?? [];
  return repositoriesFor(repository, registry).map((one) => `${one}:${tag}`);
}

/** The names by which a repository is asked for: as it is, or where a registry stands in for Docker Hub, as there. */
export function repositoriesFor(repository: string, registry: StandIn | undefined): string[] {
  if (registry === undefined || isHosted(repository)) return [repository];
  const { address } = registry;
  // Mirrors have official images below `library/`, as Docker Hub itself; others as people write them.
  const official = repository.includes("/") ? [] : [`${address}/library/${repository}`];
  return [...official, `${address}/${repository}`];
}
