import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { Operation, ResourceKind } from "../../plan/changes/types";
import { idOf, isComponent, kindOf, nameOf } from "./resource-ids";

/** What Pulumi's own preview says that it would do to a resource. */
export interface PulumiOperation {
  /** Undefined: a resource that no plan decides on, such as the connection to an engine. */
  readonly kind: ResourceKind | undefined;
  /** Type token, `docker:index/container:Container`. */
  readonly type: string;
  readonly name: string;
  readonly operation: Operation;
  /** Arguments that differ, as Pulumi names them. */
  readonly properties: readonly string[];
}

const operations: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
};

/** Asks Pulumi what `up` would do, the engine's present state included. @throws what the program or Pulumi says */
export async function pulumiPreview(stack: Stack, signal: AbortSignal): Promise<PulumiOperation[]> {
  signal.throwIfAborted();
  const found = new Map<string, PulumiOperation>();
  await stack.preview({
    refresh: true,
    signal,
    suppressOutputs: true,
    onEvent: (event) => {
      const operation = operationOf(event);
      if (operation !== undefined) found.set(idOf(operation.type, operation.name), operation);
    },
  });
  return [...found.values()];
}

function operationOf(event: EngineEvent): PulumiOperation | undefined {
  const metadata = event.resourcePreEvent?.metadata;
  if (metadata === undefined || isComponent(metadata.type)) return undefined;
  const operation = operations[metadata.op];
  if (operation === undefined) return undefined;
  const name = nameOf(metadata.urn);
  const properties = metadata.diffs ?? [];
  return {
    kind: kindOf(metadata.type, name),
    type: metadata.type,
    name,
    operation,
    properties: [...properties].sort(),
  };
}
