/**
 * Every "no" of the server: its HTTP status, a sentence for whoever reads it raw, and, where there is
 * one, what the person can do (`action`). The web shows its own translated sentence for the code.
 */
export const REFUSALS = {
  "request.malformed": { status: 400, error: "The request does not have the expected form." },
  "request.too_large": { status: 413, error: "The request is larger than allowed." },
  "request.foreign_origin": { status: 403, error: "The request comes from another site." },
  "request.wrong_method": { status: 405, error: "This address is not asked in this way." },
  "request.not_a_socket": { status: 426, error: "This address takes WebSocket connections only." },
  "request.not_found": { status: 404, error: "There is nothing at this address." },
  "request.too_many": { status: 429, error: "Too many requests.", action: "Wait a moment and try again." },
  "server.crashed": {
    status: 500,
    error: "The server failed on this request.",
    action: "Try again; if it stays, give the administrator the request id.",
  },
  "server.stopping": { status: 503, error: "The server is restarting.", action: "Try again in a moment." },
  "server.not_ready": {
    status: 503,
    error: "The server is not ready yet.",
    action: "Try again in a moment.",
  },
  "server.busy": {
    status: 503,
    error: "The server has more to do than it can.",
    action: "Try again in a moment.",
  },
  "server.database_away": {
    status: 503,
    error: "The server cannot reach its database.",
    action: "Try again in a moment.",
  },
  "setup.link_invalid": {
    status: 403,
    error: "This set-up link is not valid or was used already.",
    action: "Use the link that the server printed at its last start.",
  },
  "registration.closed": {
    status: 403,
    error: "This server does not take new accounts.",
    action: "Ask the administrator for an account.",
  },
  "registration.invite_needed": {
    status: 403,
    error: "An invite is needed to create an account here.",
    action: "Ask a member for an invite link.",
  },
  "registration.invite_invalid": {
    status: 403,
    error: "This invite has expired, was used up or was taken back.",
    action: "Ask for a new invite link.",
  },
  "username.invalid": {
    status: 422,
    error:
      "A username has 3 to 32 Latin letters (a–z), digits, dots, hyphens or underscores, and starts with a letter.",
  },
  "profile.outdated": {
    status: 409,
    error: "A newer profile of this account is kept already.",
    action: "Fetch it and change that one.",
  },
  "username.reserved": { status: 422, error: "This username is reserved.", action: "Choose another one." },
  "username.taken": {
    status: 409,
    error: "This username, or one that looks like it, is taken.",
    action: "Choose another one.",
  },
  "password.too_short": {
    status: 422,
    error: "A password has at least 10 characters.",
    action: "Choose a longer one.",
  },
  "password.too_long": {
    status: 422,
    error: "A password has at most 256 characters.",
    action: "Choose a shorter one.",
  },
  "password.too_common": {
    status: 422,
    error: "This password is on the list of common passwords.",
    action: "Choose another one.",
  },
  "password.like_username": {
    status: 422,
    error: "The password must not be like the username.",
    action: "Choose another one.",
  },
  "session.wrong_credentials": {
    status: 401,
    error: "The username or the password is wrong.",
    action: "Check both and try again.",
  },
  "session.missing": { status: 401, error: "You are not signed in.", action: "Sign in." },
  "session.not_allowed": { status: 403, error: "Your role does not allow this." },
  "invite.not_found": { status: 404, error: "There is no such invite." },
  "account.not_found": { status: 404, error: "There is no such account." },
  "device.missing": { status: 403, error: "This session has no device of yours attached." },
  "device.exists": {
    status: 409,
    error: "This account's encryption lives on another device.",
    action: "Use that device, or link this one from it.",
  },
  "device.not_found": { status: 404, error: "There is no such device of yours." },
  "device.certificate_invalid": { status: 422, error: "The device's certificate does not verify." },
  "device.proof_invalid": { status: 403, error: "The proof of the device's key does not verify." },
  "device.too_many": {
    status: 409,
    error: "This account has as many devices as are allowed.",
    action: "Remove one that is no longer used.",
  },
  "device.log_behind": {
    status: 409,
    error: "The account's list of devices has changed since.",
    action: "Try again.",
  },
  "device.is_this": {
    status: 409,
    error: "A device does not remove itself.",
    action: "Sign out on it, or remove it from another device.",
  },
  "device_link.not_found": {
    status: 404,
    error: "This code has expired, was used already or belongs to another account.",
    action: "Show a new code on the new device.",
  },
  "device_link.too_many": {
    status: 409,
    error: "Several new devices of this account wait already.",
    action: "Finish or cancel one of them.",
  },
  "vault.invalid": { status: 422, error: "The sealed keys do not belong to this account." },
  "store.full": { status: 409, error: "This account keeps as much as its devices may share." },
  "archive.full": {
    status: 409,
    error: "The archive of this account is full.",
    action: "Leave some conversations out of it, or ask the administrator for more room.",
  },
  "key_package.invalid": {
    status: 422,
    error: "A key package does not verify or belongs to another device.",
  },
  "key_package.too_many": { status: 422, error: "The pool of key packages is full." },
  "key_package.none": {
    status: 409,
    error: "A device of this account has nothing left to be reached with.",
    action: "Try again when the person has been online.",
  },
  "conversation.not_found": { status: 404, error: "There is no such conversation of yours." },
  "conversation.exists": { status: 409, error: "There is already a conversation with this person." },
  "group.full": {
    status: 409,
    error: "A group has room for 250 devices.",
    action: "Remove somebody first.",
  },
  "group.channel_full": {
    status: 409,
    error: "A private channel has room for 1,000 devices.",
    action: "Ask somebody in charge of it to remove somebody first.",
  },
  "group.owner_stays": {
    status: 409,
    error: "The owner cannot leave the group.",
    action: "Hand the group over to somebody else first.",
  },
  "channel.not_found": { status: 404, error: "There is no such channel." },
  "channel.moved": {
    status: 409,
    error: "Something else was written in the channel first.",
    action: "Catch up and try again.",
  },
  "channel.not_allowed": { status: 403, error: "The channel does not allow this." },
  "channel.quota_full": {
    status: 409,
    error: "This account's room in public channels is used up.",
    action: "Take something back first.",
  },
  "channel.too_many": {
    status: 409,
    error: "An account can be in 500 channels.",
    action: "Leave one first.",
  },
  "link.not_found": {
    status: 404,
    error: "This link was taken back, or never was one.",
    action: "Ask for a new one.",
  },
  "link.expired": { status: 410, error: "This link has expired.", action: "Ask for a new one." },
  "link.used_up": {
    status: 409,
    error: "As many people as this link was made for have come by it.",
    action: "Ask for a new one.",
  },
  "link.barred": {
    status: 403,
    error: "Whoever was removed from this group comes back by no link.",
    action: "Ask somebody in the group to add you.",
  },
  "link.declined": {
    status: 409,
    error: "Somebody in the group declined your request.",
    action: "Ask again in an hour.",
  },
  "link.too_many_wait": {
    status: 409,
    error: "Too many people wait to be let in.",
    action: "Try again later.",
  },
  "commit.malformed": {
    status: 422,
    error: "The commit, Welcome or GroupInfo does not have the expected form.",
  },
  "commit.epoch_passed": {
    status: 409,
    error: "Another change of the group came first.",
    action: "Catch up and try again.",
  },
  "commit.removal_waits": {
    status: 409,
    error: "The server has proposed a removal that this change leaves out.",
    action: "Catch up and try again.",
  },
  "commit.not_allowed": { status: 403, error: "Membership or roles do not allow this change." },
  "message.epoch_passed": {
    status: 409,
    error: "The group has changed since this message was encrypted.",
    action: "Catch up and encrypt again.",
  },
  "message.replayed": {
    status: 409,
    error: "This device's message counter was used already.",
    action: "Catch up before sending.",
  },
  "message.not_allowed": { status: 403, error: "Not everybody may write in this group." },
  "message.too_soon": {
    status: 429,
    error: "Members of this group pause between their messages.",
    action: "Wait for as long as the answer says.",
  },
  "message.too_much_waiting": {
    status: 409,
    error: "Too much of what this account sent waits for people who have not fetched it.",
    action: "Try again when they have been online.",
  },
  "attachment.not_found": { status: 404, error: "There is no such attachment for you." },
  "attachment.too_large": {
    status: 413,
    error: "The file is larger than this server takes.",
    action: "Send a smaller one.",
  },
  "attachment.quota_full": {
    status: 409,
    error: "This account's room for files on the server is used up.",
    action: "Ask the administrator for more room.",
  },
  "attachment.wrong_offset": {
    status: 409,
    error: "The upload goes on at another place, which Upload-Offset names.",
    action: "Continue from there.",
  },
  "attachment.incomplete": {
    status: 409,
    error: "Not all of the file has arrived.",
    action: "Send the rest first.",
  },
  "attachment.ticket_invalid": {
    status: 403,
    error: "The ticket for this file has run out.",
    action: "Ask for a new one.",
  },
  "report.not_proven": { status: 422, error: "A message was not sent like this, or too long ago." },
  "report.too_many": { status: 409, error: "Too many reports of this account wait to be read." },
  "report.not_found": { status: 404, error: "There is no such report." },
  "sync.gone": { status: 410, error: "These events are no longer kept." },
  "sync.other_incarnation": { status: 409, error: "The server was restored from a backup since." },
} as const satisfies Record<string, { status: number; error: string; action?: string }>;

export type RefusalCode = keyof typeof REFUSALS;
