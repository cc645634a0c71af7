import { masterCapabilities } from "../../mesos/capabilities";
import { masterInfoHas, masterInfoLabel, type MasterInfoLabel } from "../../mesos/wire";
import { isObject, type Json, type JsonObject } from "../wire/json";
import { decodeFields, encodeFields } from "./protobuf";

/** A master as it is known to agents, masters and frameworks. */
export interface MasterInfo {
  readonly id: string;
  /** Dotted IPv4 address. */
  readonly ip: string;
  readonly port: number;
  readonly hostname: string;
  /** What its binary reports; absent before 0.23. */
  readonly version?: string;
}

/** `master@ip:port`. */
export function masterPid(info: MasterInfo): string {
  return `master@${info.ip}:${info.port}`;
}

/** MasterInfo in the JSON of znodes and of SUBSCRIBED, with the fields that `tag` fills. */
export function masterInfoJson(info: MasterInfo, tag: string): JsonObject {
  const { id, ip, port, hostname } = info;
  const capabilities = masterCapabilities(tag).map((type) => ({ type }));
  return {
    ...(masterInfoHas(tag, "address") ? { address: { hostname, ip, port } } : {}),
    ...(masterInfoHas(tag, "capabilities") ? { capabilities } : {}),
    hostname,
    id,
    ip: packAddress(ip),
    pid: masterPid(info),
    port,
    ...(masterInfoHas(tag, "version") && info.version !== undefined ? { version: info.version } : {}),
  };
}

/** Content of the master's znode: binary protobuf up to 0.23.1, JSON from 0.24.0. */
export function encodeMasterInfo(info: MasterInfo, tag: string): Buffer {
  if (masterInfoLabel(tag) === "json.info") return Buffer.from(JSON.stringify(masterInfoJson(info, tag)));
  return encodeFields([
    [1, info.id],
    [2, packAddress(info.ip)],
    [3, info.port],
    [4, masterPid(info)],
    [5, info.hostname],
    ...(masterInfoHas(tag, "version") && info.version !== undefined ? ([[6, info.version]] as const) : []),
  ]);
}

/** Reads a master's znode. Throws on content that is no MasterInfo. */
export function decodeMasterInfo(label: MasterInfoLabel, data: Buffer): MasterInfo {
  return label === "json.info" ? decodeJson(data) : decodeBinary(data);
}

function decodeJson(data: Buffer): MasterInfo {
  const json = JSON.parse(data.toString()) as Json;
  if (!isObject(json)) throw new Error("Failed to parse MasterInfo: not a JSON object");
  const { id, ip, port, hostname, version } = json;
  if (typeof id !== "string" || typeof ip !== "number" || typeof port !== "number") {
    throw new Error("Failed to parse MasterInfo: id, ip or port is missing");
  }
  const address = unpackAddress(ip);
  return {
    id,
    ip: address,
    port,
    hostname: typeof hostname === "string" ? hostname : address,
    ...(typeof version === "string" ? { version } : {}),
  };
}

function decodeBinary(data: Buffer): MasterInfo {
  const fields = decodeFields(data);
  const [id, ip, port, hostname, version] = [1, 2, 3, 5, 6].map((n) => fields.get(n));
  if (typeof ip !== "number" || !Buffer.isBuffer(id))
    throw new Error("Failed to parse MasterInfo: id or ip is missing");
  const address = unpackAddress(ip);
  return {
    id: id.toString(),
    ip: address,
    port: typeof port === "number" ? port : 5050,
    hostname: Buffer.isBuffer(hostname) ? hostname.toString() : address,
    ...(Buffer.isBuffer(version) ? { version: version.toString() } : {}),
  };
}

/** IPv4 address in network order read as a little-endian number, the way Mesos keeps it. */
function packAddress(ip: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = ip.split(".").map(Number);
  return a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
}

function unpackAddress(packed: number): string {
  return [0, 8, 16, 24].map((bits) => Math.floor(packed / 2 ** bits) % 256).join(".");
}
