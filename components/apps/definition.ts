import { absoluteId } from "../../config/apps";
import type { JsonObject, JsonValue } from "../../config/spec";

/** Ids of all apps in an app or a group, from the root. */
export function appIds(definition: JsonObject, parent = "/"): string[] {
  return appDefinitions(definition, parent).map(([id]) => id);
}

/** All apps in an app or a group, each by its id from the root. */
export function appDefinitions(definition: JsonObject, parent = "/"): [id: string, definition: JsonObject][] {
  const id = absoluteId(typeof definition.id === "string" ? definition.id : "/", parent);
  const below = ["apps", "groups"].flatMap((key) => list(definition[key]));
  const isGroup = Array.isArray(definition.apps) || Array.isArray(definition.groups);
  return isGroup ? below.flatMap((child) => appDefinitions(child, id)) : [[id, { ...definition, id }]];
}

/** Whether what Marathon shows has all that it was given; it adds what nobody said. */
export function holds(shown: JsonValue | undefined, given: JsonValue): boolean {
  if (typeof given !== "object" || given === null) return shown === given;
  if (typeof shown !== "object" || shown === null) return false;
  if (isList(given)) {
    return isList(shown) && shown.length === given.length && given.every((item, i) => holds(shown[i], item));
  }
  return !isList(shown) && Object.entries(given).every(([key, value]) => holds(shown[key], value));
}

function isList(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function list(value: JsonValue | undefined): JsonObject[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[]).filter(
    (item): item is JsonObject => typeof item === "object" && item !== null && !Array.isArray(item),
  );
}
