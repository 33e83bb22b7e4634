import type * as v from "valibot";

export type Schema = v.GenericSchema<unknown, unknown>;

/** anyone: no session needed; account: signed in; device: signed in from a registered device; admin: role owner or admin; moderator: these or moderator. */
export type Who = "anyone" | "account" | "device" | "admin" | "moderator";

/**
 * One command or question of the API, declared once and used by server, web and tui.
 * `input` is path parameters, query (GET, DELETE) and body (others) merged into one object.
 * `codec` is what a body that is not an error travels in; errors are always JSON (see `refusals.ts`). `bytes`: only
 * the answer has a body, which the domain makes itself.
 */
export interface Route<Input extends Schema = Schema, Output extends Schema = Schema, By extends Who = Who> {
  readonly method: "GET" | "POST" | "DELETE";
  /** Parameters are written `:name` and filled from the input member of that name. */
  readonly path: `/api/${string}`;
  readonly who: By;
  readonly codec: "json" | "binary" | "bytes";
  readonly input: Input;
  readonly output: Output;
}

export function route<Input extends Schema, Output extends Schema, const By extends Who>(
  declared: Route<Input, Output, By>,
): Route<Input, Output, By> {
  return declared;
}

export const CONTENT_TYPE = {
  json: "application/json",
  binary: "application/vnd.msgpack",
  bytes: "application/octet-stream",
} as const;
