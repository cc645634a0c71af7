import { schedulerHas } from "../../mesos/scheduler-wire";
import type { FrameworkInfo } from "../wire/messages";
import { hasCapability, rolesOf, type Framework, type Step } from "./model";

/** Why a role's name is refused, in the words of the version. Source: roles::validate in src/common/roles.cpp. */
export function roleError(tag: string, role: string): string | undefined {
  if (role === "*") return undefined;
  return schedulerHas("hierarchicalRoles", tag) ? hierarchicalError(role) : flatError(role);
}

/** Why the roles of a framework are refused. Source: framework::internal::validateRoles in src/master/validation.cpp. */
export function frameworkRolesError(tag: string, info: FrameworkInfo): string | undefined {
  if (!schedulerHas("multiRole", tag) || !isMultiRole(info)) {
    if (schedulerHas("multiRole", tag) && info.roles.length > 0) {
      return "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable";
    }
    const error = roleError(tag, info.role ?? "*");
    return error === undefined ? undefined : `'FrameworkInfo.role' is not a valid role: ${error}`;
  }
  if (info.role !== undefined) {
    return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable";
  }
  const twice = info.roles.filter((role, i) => info.roles.indexOf(role) !== i);
  if (twice.length > 0) return `'FrameworkInfo.roles' contains duplicate items: ${printSet(twice)}`;
  const error = info.roles.map((role) => roleError(tag, role)).find((why) => why !== undefined);
  return error === undefined ? undefined : `'FrameworkInfo.roles' contains invalid role: ${error}`;
}

/** Why roles cannot be suppressed from the beginning. */
export function suppressedRolesError(info: FrameworkInfo, suppressed: readonly string[]): string | undefined {
  const roles = isMultiRole(info) ? info.roles : [info.role ?? "*"];
  const strange = suppressed.filter((role) => !roles.includes(role));
  return strange.length === 0
    ? undefined
    : `Suppressed roles ${printSet(strange)} are not contained in the set of roles`;
}

/** SUPPRESS: no more offers for these roles, or for all where none is named. */
export function suppress(step: Step, framework: Framework, roles: readonly string[]): void {
  if (!areOwn(step, framework, roles, "suppression")) return;
  for (const role of roles.length === 0 ? rolesOf(framework) : roles) framework.suppressed.add(role);
}

/** REVIVE: filters of these roles, or of all where none is named, are gone and offers come again. */
export function revive(step: Step, framework: Framework, roles: readonly string[]): void {
  if (!areOwn(step, framework, roles, "revive")) return;
  const named = new Set(roles.length === 0 ? rolesOf(framework) : roles);
  for (const role of named) framework.suppressed.delete(role);
  framework.filters = framework.filters.filter(({ role }) => !named.has(role));
  step.allocateNow();
}

/** Whether resources reserved for `reserved` may go to a framework in `role`: its own, its ancestors' and unreserved ones. */
export function mayUse(role: string, reserved: string): boolean {
  return reserved === "*" || reserved === role || role.startsWith(`${reserved}/`);
}

function areOwn(step: Step, framework: Framework, roles: readonly string[], what: string): boolean {
  const { tag } = step.state.config;
  for (const role of roles) {
    const error = roleError(tag, role);
    const strange = rolesOf(framework).includes(role) ? undefined : "not one of its roles";
    if (error === undefined && strange === undefined) continue;
    step.log(`Dropping call of framework ${framework.id}: ${what} role '${role}' is ${error ?? strange}`);
    return false;
  }
  return true;
}

function hierarchicalError(role: string): string | undefined {
  if (role.startsWith("/")) return `Role '${role}' cannot start with a slash`;
  if (role.endsWith("/")) return `Role '${role}' cannot end with a slash`;
  if (role.includes("//")) return `Role '${role}' cannot contain two adjacent slashes`;
  if (role === "") return "Role names cannot be the empty string";
  for (const part of role.split("/")) {
    if (part === "." || part === ".." || part === "*") {
      return `Role '${role}' cannot include '${part}' as a component`;
    }
    if (part.startsWith("-")) return `Role component '${part}' is invalid because it starts with a dash`;
    if (BLANK.test(part)) {
      return `Role component '${part}' is invalid because it contains backspace or whitespace`;
    }
  }
  return undefined;
}

function flatError(role: string): string | undefined {
  if (role === "") return "Empty role name is invalid";
  if (role === "." || role === "..") return `Role name '${role}' is invalid`;
  if (role.startsWith("-")) return `Role name '${role}' is invalid because it starts with a dash`;
  return role.includes("/") || BLANK.test(role)
    ? `Role name '${role}' is invalid because it contains slash, backspace or whitespace`
    : undefined;
}

const BLANK = /[\t\n\v\f\r \x7f]/;

function isMultiRole(info: FrameworkInfo): boolean {
  return hasCapability({ info }, "MULTI_ROLE");
}

/** A set as stout prints it. */
function printSet(items: readonly string[]): string {
  return `{ ${[...new Set(items)].sort().join(", ")} }`;
}
