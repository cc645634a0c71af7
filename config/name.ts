import type { Rule } from "./fault";
import { show } from "./wording";

const LONGEST = 40;

/**
 * Names become container names, hostnames and label values, so they hold what Docker and DNS both take, and leave
 * room for the parts we add (a DNS label ends at 63: RFC 1035, section 2.3.4).
 */
export const nameRule: Rule<string> = (name) => {
  if (name.length <= LONGEST && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name)) return undefined;
  const why =
    name.length > LONGEST
      ? `has ${name.length} characters, and a container's name has room for ${LONGEST}`
      : "is no name that Docker and DNS both take: a-z, 0-9 and inner hyphens, at most 40 characters";
  return { message: `${show(name)} ${why}`, cure: `write ${nearestName(name)}` };
};

/** The valid name nearest to any text; `cluster` where nothing of it can be kept. */
export function nearestName(text: string): string {
  const name = text
    .slice(0, 1000)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, LONGEST)
    .replace(/-$/, "");
  return name === "" ? "cluster" : name;
}
