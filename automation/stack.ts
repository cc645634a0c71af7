import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import {
  ConcurrentUpdateError,
  type EngineEvent,
  LocalWorkspace,
  PulumiCommand,
  type PulumiFn,
  type Stack,
  StackAlreadyExistsError,
  StackNotFoundError,
} from "@pulumi/pulumi/automation";
import type { Ownership } from "../plan/inputs";
import { nameRule } from "../config/name";
import { project, removeTraces } from "./backend";
import { stateDir } from "./layout";
import { PreconditionError } from "./precondition";

/** Folder of a stack's own settings; it lives as long as the stack. The name must have been checked. */
export function stackFolder(name: string): string {
  if (nameRule(name) !== undefined) throw new Error(`${name} is no name of a cluster`);
  return path.join(stateDir(), "stacks", name);
}

let command: Promise<PulumiCommand> | undefined;

/** The Pulumi CLI: the one that the set-up chose, else the one on PATH. */
function pulumiCommand(): Promise<PulumiCommand> {
  const root = process.env.MESOS_MATRIX_PULUMI_ROOT;
  command ??= PulumiCommand.get(root === undefined ? {} : { root }).catch((error: unknown) => {
    throw new PreconditionError(
      "no Pulumi CLI was found; run the set-up (node toolchain/setup.js), or install Pulumi and put it on PATH",
      { cause: error },
    );
  });
  return command;
}

async function options(name: string, env: Readonly<Record<string, string>>): Promise<object> {
  const workDir = stackFolder(name);
  mkdirSync(workDir, { recursive: true });
  return {
    workDir,
    pulumiCommand: await pulumiCommand(),
    envVars: env,
    projectSettings: { name: project, runtime: "nodejs" },
  };
}

/** Makes the stack, or takes the existing one of that name. Its config keeps who owns it. */
export async function openStack(
  name: string,
  program: PulumiFn,
  ownership: Ownership,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly stack: Stack; readonly existed: boolean }> {
  const place = await options(name, env);
  const args = { stackName: name, projectName: project, program };
  // Most stacks are new, and one look less is half a second of every cell.
  let existed = false;
  const stack = await LocalWorkspace.createStack(args, place).catch((error: unknown) => {
    if (!(error instanceof StackAlreadyExistsError)) throw error;
    existed = true;
    return LocalWorkspace.selectStack(args, place);
  });
  withoutQuestions(stack);
  const settings = await stack.workspace.stackSettings(name).catch(() => ({}));
  const config = { [`${project}:run`]: ownership.run, [`${project}:cell`]: ownership.cell };
  await stack.workspace.saveStackSettings(name, {
    ...settings,
    config: {
      ...config,
      ...(ownership.expires === undefined ? {} : { [`${project}:expires`]: ownership.expires }),
    },
  });
  return { stack, existed };
}

/**
 * After `up` and `destroy` the Automation API asks the CLI for outputs and history, three processes that nobody here
 * needs the answers of. Both are public methods of Stack.
 */
function withoutQuestions(stack: Stack): void {
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
}

/** The existing stack of that name, or undefined. */
export async function findStack(name: string): Promise<Stack | undefined> {
  const known = existsSync(stackFolder(name));
  try {
    const stack = await LocalWorkspace.selectStack(
      { stackName: name, projectName: project, program: () => Promise.resolve() },
      await options(name, {}),
    );
    withoutQuestions(stack);
    return stack;
  } catch (error) {
    if (error instanceof StackNotFoundError) {
      // Looking needs a folder; one that is there for no other reason goes again.
      if (!known) rmSync(stackFolder(name), { recursive: true, force: true });
      return undefined;
    }
    throw error;
  }
}

/** The stack of that name of the Pulumi project in this folder, or undefined. Its program is the project's own. */
export async function projectStack(name: string): Promise<Stack | undefined> {
  try {
    const place = { workDir: process.cwd(), pulumiCommand: await pulumiCommand() };
    const stack = await LocalWorkspace.selectStack({ stackName: name, workDir: place.workDir }, place);
    withoutQuestions(stack);
    return stack;
  } catch (error) {
    if (error instanceof StackNotFoundError) return undefined;
    throw error;
  }
}

/** Who owns the stack, as its config keeps it since it was made. */
export async function keptOwnership(stack: Stack, otherwise: Ownership): Promise<Ownership> {
  const { config = {} } = await stack.workspace.stackSettings(stack.name);
  const kept = (key: keyof Ownership): string | undefined => {
    const value: unknown = config[`${project}:${key}`];
    return typeof value === "string" ? value : undefined;
  };
  return {
    run: kept("run") ?? otherwise.run,
    cell: kept("cell") ?? otherwise.cell,
    expires: kept("expires") ?? otherwise.expires,
  };
}

/** Forgets the stack and its folder; what it made must be gone already. A record that Pulumi cannot read goes too. */
export async function forgetStack(name: string, stack: Stack | undefined): Promise<void> {
  await stack?.workspace.removeStack(name, { force: true }).catch(() => undefined);
  removeTraces(name);
  rmSync(stackFolder(name), { recursive: true, force: true });
}

/** Names of the stacks that the CLI made and that still have a record. */
export function stackNames(): string[] {
  const folder = path.join(stateDir(), "stacks");
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Whether another process holds the stack's lock. */
export function isLocked(error: unknown): boolean {
  return error instanceof ConcurrentUpdateError;
}

/** Text of an engine event that is an error, else undefined. */
export function errorText(event: EngineEvent): string | undefined {
  const diagnostic = event.diagnosticEvent;
  return diagnostic?.severity === "error" ? diagnostic.message.trim() : undefined;
}
