import { json, type HttpReply, type HttpRequest } from "../http/message";
import { ApiError, asked, deployed, objectOf } from "./api-request";
import { absolute, deleteGroup, flattenGroup, putGroup } from "./changes";
import type { Step } from "./model";
import { groupJson } from "./views";

/** `/v2/groups` and `/v2/groups/<id>`. */
export function groupReply(step: Step, request: HttpRequest, rest: string): HttpReply {
  const { state } = step;
  const id = absolute(rest === "" ? "/" : rest);
  const exists =
    id === "/" ||
    state.groups.has(id) ||
    [...state.apps.keys(), ...state.groups].some((path) => path.startsWith(`${id}/`));
  const force = asked(request, "force");
  switch (request.method) {
    case "GET":
      if (!exists) throw new ApiError(404, `Group '${id}' does not exist`);
      return json(groupJson(state, id));
    case "POST": {
      const body = objectOf(request);
      const [own = id] = flattenGroup(body, id).groups;
      const { version, id: deploymentId } = putGroup(step, body, own, force);
      return deployed(201, { version, deploymentId }, deploymentId);
    }
    case "PUT": {
      const { version, id: deploymentId } = putGroup(step, objectOf(request), id, force);
      return deployed(exists ? 200 : 201, { version, deploymentId }, deploymentId);
    }
    case "DELETE": {
      if (!exists) throw new ApiError(404, `Group '${id}' does not exist`);
      const { version, id: deploymentId } = deleteGroup(step, id, force);
      return deployed(200, { version, deploymentId }, deploymentId);
    }
    default:
      throw new ApiError(405, "HTTP 405 Method Not Allowed");
  }
}
