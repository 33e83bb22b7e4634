import type { App } from "../app.ts";
import { meta } from "../db/tables.ts";

export type Readiness = { readonly draining: boolean };

/** live: the process answers. ready: it takes requests and its database answers too. */
export async function answerHealth(app: App, path: string, readiness: Readiness): Promise<Response> {
  const headers = { "cache-control": "no-store" };
  if (path === "/api/health/live") return Response.json({ status: "live" }, { headers });
  const ready = !readiness.draining && (await databaseAnswers(app));
  return Response.json({ status: ready ? "ready" : "not ready" }, { status: ready ? 200 : 503, headers });
}

async function databaseAnswers(app: App): Promise<boolean> {
  return app.db.read
    .select({ key: meta.key })
    .from(meta)
    .limit(1)
    .then(
      () => true,
      (error) => {
        app.log.error("database_unreachable", { error });
        return false;
      },
    );
}
