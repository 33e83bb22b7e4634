import type {
  ChannelRecord,
  ConversationRecord,
  Records,
  SharedRecord,
  Shelf,
} from "../../storage/records.ts";
import { same } from "../inbox/pins.ts";
import { type Fields, inOrder, type Mirrored } from "./shapes.ts";

interface Mirror<Name extends Mirrored> {
  /** What a record says, beside what was agreed on: what is not for others to know, or to lose, says the same as that. */
  say(
    record: Records[Name] | undefined,
    agreed: Fields<Name>,
    shared: SharedRecord | undefined,
  ): Fields<Name>;
  /** The record that says so; undefined where there is none then. */
  apply(fields: Fields<Name>, record: Records[Name] | undefined): Records[Name] | undefined;
}

const MIRRORS: { readonly [Name in Mirrored]: Mirror<Name> } = {
  drafts: {
    say: (draft) => ({ text: draft?.text || undefined }),
    apply: ({ text }) => (text === undefined ? undefined : { text }),
  },
  people: {
    say: (person) => ({ standing: person?.standing, nickname: person?.nickname }),
    apply: ({ standing, nickname }) =>
      standing || nickname
        ? { standing: standing ?? "accepted", ...(nickname ? { nickname } : {}) }
        : undefined,
  },
  privacy: {
    say: (privacy) => privacy ?? {},
    apply: (fields, before) => {
      const { readMarks = true, typing = true, presence = true } = { ...before, ...fields };
      const {
        strangersWrite = true,
        strangersAdd = true,
        profileInGroups = true,
        archive = true,
      } = { ...before, ...fields };
      return { readMarks, typing, presence, strangersWrite, strangersAdd, profileInGroups, archive };
    },
  },
  emoji: {
    say: (emoji) => emoji ?? {},
    apply: ({ recent = [], tone = 0 }) => ({ recent, tone }),
  },
  pins: {
    // Another root than the one that was agreed on stays here, and is nobody else's.
    say: (pin, agreed) => {
      if (!pin || (agreed.pin && !same(agreed.pin.root, pin.root))) return agreed;
      const { username, root, seenAt, firstUse, verified } = pin;
      return { pin: { username, root, seenAt, firstUse, ...(verified ? { verified } : {}) } };
    },
    apply: ({ pin }, before) => (pin && (!before || same(before.root, pin.root)) ? pin : before),
  },
  profiles: {
    say: (own, agreed) => {
      if (!own || own.told === 0) return agreed;
      return { profile: { key: own.key, version: own.told, name: own.name, bio: own.bio } };
    },
    apply: ({ profile }, before) => {
      if (!profile || profile.version < (before?.told ?? 0)) return before;
      const { version, ...shown } = profile;
      const kept = before ?? { version: 0, picture: null };
      const isOwn = before?.unsent === true && before.told === version && same(before.key, profile.key);
      return { ...kept, ...shown, told: version, unsent: isOwn };
    },
  },
  conversations: {
    say: (conversation, agreed, shared) => {
      if (!conversation || conversation.unwanted) return agreed;
      const links = conversation.links?.map(({ publicKey, secret }) => ({ publicKey, secret }));
      return {
        ...sayPlace(conversation, agreed, shared),
        about: sayAbout(conversation, agreed),
        links: links?.length ? links : undefined,
      };
    },
    apply: (fields, conversation) => {
      if (!conversation) return undefined;
      const { about, links = [] } = fields;
      const isSaid = about && conversation.kind === "group" && !conversation.about?.sure;
      const known = conversation.links ?? [];
      return {
        ...applyPlace(fields, conversation),
        ...(isSaid ? { about: { name: about.name, description: about.description, sure: false } } : {}),
        ...(known.length + links.length > 0
          ? {
              links: links.map(
                (link) => known.find((one) => same(one.publicKey, link.publicKey)) ?? { ...link, told: "" },
              ),
            }
          : {}),
      };
    },
  },
  channels: {
    say: (channel, agreed, shared) =>
      channel ? { handle: channel.handle, ...sayPlace(channel, agreed, shared) } : {},
    apply: (fields, channel) => {
      if (!channel) return undefined;
      const placed = applyPlace(fields, channel);
      return { ...placed, unread: Math.min(placed.unread, Math.max(0, placed.cursor - placed.readUpTo)) };
    },
  },
};

export function say<Name extends Mirrored>(
  store: Name,
  record: Records[Name] | undefined,
  agreed: Fields<Name>,
  shared: SharedRecord | undefined,
): Fields<Name> {
  const mirror: Mirror<Name> = MIRRORS[store];
  return inOrder(store, mirror.say(record, agreed, shared));
}

export function apply<Name extends Mirrored>(
  store: Name,
  fields: Fields<Name>,
  record: Records[Name] | undefined,
): Records[Name] | undefined {
  const mirror: Mirror<Name> = MIRRORS[store];
  return mirror.apply(fields, record);
}

/** A conversation's or a channel's own record is made by the group or the channel, never by a row. */
export function isPlace(store: Mirrored): store is "conversations" | "channels" {
  return store === "conversations" || store === "channels";
}

type Place = Pick<ConversationRecord | ChannelRecord, "shelf" | "readUpTo">;
type PlaceFields = Fields<"channels">;

function sayPlace(
  { shelf, readUpTo }: Place,
  agreed: PlaceFields,
  shared: SharedRecord | undefined,
): PlaceFields {
  const { pinned, muted, archived, marked, unkept, folders } = shelf;
  return {
    pinned: pinned || undefined,
    muted: muted || undefined,
    archived: archived || undefined,
    marked: marked || undefined,
    unkept: unkept || undefined,
    folders: folders?.length ? folders : undefined,
    readUpTo: readUpTo > (shared?.cameAt ?? 0) ? readUpTo : agreed.readUpTo,
  };
}

/** Nothing that was read becomes unread. */
function applyPlace<Record extends Place>(fields: PlaceFields, record: Record): Record {
  const { pinned = false, muted = false, archived = false, marked = false, unkept, folders } = fields;
  const shelf: Shelf = {
    pinned,
    muted,
    archived,
    marked,
    ...(unkept ? { unkept } : {}),
    ...(folders ? { folders } : {}),
  };
  return { ...record, shelf, readUpTo: Math.max(record.readUpTo, fields.readUpTo ?? 0) };
}

/** Said again only from further on: two devices that are not equally far never go on correcting each other. */
function sayAbout({ about, cursor }: ConversationRecord, agreed: Fields<"conversations">) {
  if (!about?.sure) return agreed.about;
  const { name, description } = about;
  const isSaid = agreed.about?.name === name && agreed.about.description === description;
  return isSaid || cursor <= (agreed.about?.upTo ?? 0) ? agreed.about : { name, description, upTo: cursor };
}
