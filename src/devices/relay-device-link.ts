import { and, eq, gt, isNull, lte } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { App } from "../app.ts";
import { deviceLinks } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import {
  type answerDeviceLink,
  type cancelDeviceLink,
  DEVICE_LINK_LIFETIME,
  MOST_DEVICE_LINKS,
  type offerDeviceLink,
  type showDeviceLink,
  type takeDeviceLink,
} from "../protocol/device-links.ts";
import type { AccountId, LinkId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

export const answerOfferDeviceLink: Answering<typeof offerDeviceLink> = async (input, request) => {
  const { app, session } = request;
  const { accountId, sessionId } = session;
  take(request, "device_link", accountId);
  const { linkId: id, publicKey, name } = input;
  const createdAt = app.clock.now();
  const expiresAt = createdAt + DEVICE_LINK_LIFETIME;
  await app.db.write(async (tx) => {
    await tx.delete(deviceLinks).where(lte(deviceLinks.expiresAt, createdAt));
    // A browser shows one code: an older one of its own is out of date.
    await tx.delete(deviceLinks).where(eq(deviceLinks.sessionId, sessionId));
    if ((await tx.$count(deviceLinks, eq(deviceLinks.accountId, accountId))) >= MOST_DEVICE_LINKS)
      throw new Refusal("device_link.too_many");
    const made = await tx
      .insert(deviceLinks)
      .values({ id, accountId, sessionId, publicKey, name, fromAddress: request.ip, createdAt, expiresAt })
      .onConflictDoNothing()
      .returning({ id: deviceLinks.id });
    if (made.length === 0) throw new Refusal("device_link.not_found");
  });
  return { expiresAt };
};

/** Of this account, and not yet over. */
function standing(app: App, id: LinkId, accountId: AccountId) {
  return and(
    eq(deviceLinks.id, id),
    eq(deviceLinks.accountId, accountId),
    gt(deviceLinks.expiresAt, app.clock.now()),
  );
}

export const answerShowDeviceLink: Answering<typeof showDeviceLink> = async ({ linkId }, request) => {
  const { app, session } = request;
  take(request, "look_up", session.accountId);
  const [link] = await app.db.read
    .select({
      publicKey: deviceLinks.publicKey,
      name: deviceLinks.name,
      from: deviceLinks.fromAddress,
      createdAt: deviceLinks.createdAt,
      expiresAt: deviceLinks.expiresAt,
    })
    .from(deviceLinks)
    .where(and(standing(app, linkId, session.accountId), isNull(deviceLinks.sealed)));
  if (link === undefined) throw new Refusal("device_link.not_found");
  return link;
};

export const answerAnswerDeviceLink: Answering<typeof answerDeviceLink> = async (
  { linkId, sealed },
  { app, session },
) => {
  const answered = await app.db.write((tx) =>
    tx
      .update(deviceLinks)
      .set({ sealed })
      .where(and(standing(app, linkId, session.accountId), isNull(deviceLinks.sealed)))
      .returning({ id: deviceLinks.id }),
  );
  if (answered.length === 0) throw new Refusal("device_link.not_found");
  return {};
};

/** To the session that asked, and no other of the account. */
export const answerTakeDeviceLink: Answering<typeof takeDeviceLink> = async (
  { linkId },
  { app, session },
) => {
  const [link] = await app.db.read
    .select({ sealed: deviceLinks.sealed })
    .from(deviceLinks)
    .where(and(standing(app, linkId, session.accountId), eq(deviceLinks.sessionId, session.sessionId)));
  if (link === undefined) throw new Refusal("device_link.not_found");
  return { sealed: link.sealed };
};

export const answerCancelDeviceLink: Answering<typeof cancelDeviceLink> = async (
  { linkId },
  { app, session },
) => {
  await app.db.write(async (tx) => {
    await tx
      .delete(deviceLinks)
      .where(and(eq(deviceLinks.id, linkId), eq(deviceLinks.accountId, session.accountId)));
  });
  return {};
};
