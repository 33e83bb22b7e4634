import { sweepSessions } from "../accounts/sweep-sessions.ts";
import type { App } from "../app.ts";
import { sweepAttachments } from "../attachments/sweep-attachments.ts";
import { sweepChannels } from "../channels/sweep-channels.ts";
import { nominateAll } from "../conversations/nominate.ts";
import { dropAccountEvents } from "../delivery/drop-account-events.ts";
import { dropDelivered } from "../delivery/drop-delivered.ts";
import { expireMessages } from "../delivery/expire-messages.ts";
import { removeIdle } from "../delivery/remove-idle.ts";
import { removeRevoked } from "../delivery/remove-revoked.ts";
import { sweepKeyPackages } from "../devices/sweep-key-packages.ts";
import { sweepReports } from "../reports/sweep-reports.ts";

export interface Job {
  readonly name: string;
  readonly everyMs: number;
  readonly run: (app: App) => Promise<unknown>;
}

const MINUTE = 60_000;

/** Every periodic job. Each runs alone: a slow one delays only itself. */
export const JOBS: readonly Job[] = [
  { name: "expire_messages", everyMs: MINUTE, run: expireMessages },
  { name: "drop_delivered", everyMs: 60 * MINUTE, run: dropDelivered },
  { name: "drop_account_events", everyMs: 60 * MINUTE, run: dropAccountEvents },
  { name: "sweep_sessions", everyMs: 60 * MINUTE, run: sweepSessions },
  { name: "sweep_key_packages", everyMs: 60 * MINUTE, run: sweepKeyPackages },
  { name: "remove_revoked", everyMs: MINUTE, run: removeRevoked },
  { name: "remove_idle", everyMs: 60 * MINUTE, run: removeIdle },
  { name: "nominate", everyMs: MINUTE, run: nominateAll },
  { name: "sweep_channels", everyMs: 10 * MINUTE, run: sweepChannels },
  { name: "sweep_reports", everyMs: 60 * MINUTE, run: sweepReports },
  { name: "sweep_attachments", everyMs: 60 * MINUTE, run: sweepAttachments },
];

export function startJobs(app: App, jobs = JOBS, every: Every = everyInterval): () => void {
  const ends = jobs.map((job) => every(job.everyMs, () => void runOnce(app, job)));
  return () => {
    for (const end of ends) end();
  };
}

/** Does it again and again, until what it answers is called. */
export type Every = (milliseconds: number, act: () => void) => () => void;

const everyInterval: Every = (milliseconds, act) => {
  const timer = setInterval(act, milliseconds);
  return () => clearInterval(timer);
};

const running = new WeakMap<App, Set<string>>();

async function runOnce(app: App, job: Job) {
  const now = running.get(app) ?? new Set();
  running.set(app, now);
  if (now.has(job.name)) return;
  now.add(job.name);
  await job.run(app).catch((error) => {
    if (!app.closing.aborted) app.log.error("job_failed", { job: job.name, error });
  });
  now.delete(job.name);
}
