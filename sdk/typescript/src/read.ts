import { ProtocolError } from './errors.js';
import type { Reply } from './http.js';

/** An answer's JSON object as it was sent; what the server adds later is in it too. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The answer's object; a ProtocolError when it is something else, or about another key than `asked`: then it is the
 * answer to somebody else's question.
 */
export function objectOf(reply: Reply, asked?: string): JsonObject {
  const { body } = reply;
  if (!isObject(body)) throw unexpected(reply, 'an object');
  const told = text(body, 'key');
  if (asked !== undefined && told !== null && told !== asked)
    throw unexpected(reply, 'about the key that was asked for');
  return body;
}

/** The answer's list of objects, bare or as `items`, `data` or `list` of an object; a ProtocolError otherwise. */
export function listOf(reply: Reply): JsonObject[] {
  const { body } = reply;
  const list = isObject(body) ? (body['items'] ?? body['data'] ?? body['list']) : body;
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw unexpected(reply, 'a list of objects');
}

export function unexpected(reply: Reply, wanted: string): ProtocolError {
  return new ProtocolError(`the answer is not ${wanted}`, {
    statusCode: reply.statusCode,
    requestId: reply.requestId,
    detail: reply.withoutKey(reply.body),
  });
}

/** The field if it is a string, else null. */
export function text(object: JsonObject, name: string): string | null {
  const value = object[name];
  return typeof value === 'string' ? value : null;
}

/** The field if it is a number, else null. */
export function number(object: JsonObject, name: string): number | null {
  const value = object[name];
  return typeof value === 'number' ? value : null;
}

/** The field if it is a boolean, else null. */
export function flag(object: JsonObject, name: string): boolean | null {
  const value = object[name];
  return typeof value === 'boolean' ? value : null;
}

/** The field if it is an object, else null. */
export function object(from: JsonObject, name: string): JsonObject | null {
  const value = from[name];
  return isObject(value) ? value : null;
}

/** The field's strings if it is a list, else null. */
export function texts(from: JsonObject, name: string): string[] | null {
  const value = from[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : null;
}

/** The field's objects if it is a list, else null. */
export function objects(from: JsonObject, name: string): JsonObject[] | null {
  const value = from[name];
  return Array.isArray(value) ? value.filter(isObject) : null;
}
