import { marksFloats } from "../../mesos/wire";
import type { Json } from "../wire/json";
import { writeFloats } from "../wire/numbers";
import type { HttpReply } from "./message";

/** 200 with a JSON body, numbers written as Mesos of this version writes them. `floats`: all of them are floating point. */
export function mesosJson(tag: string, value: Json, floats = false): HttpReply {
  const body = marksFloats(tag) ? writeFloats(value, floats) : JSON.stringify(value);
  return { status: 200, headers: { "Content-Type": "application/json" }, body };
}
