/** The catalogue every other is measured against. `{name}` marks a place to be filled. */
export const english = {
  "app.title": "Elahe",
  "app.opening": "Opening…",
  "app.part_missing": "This part of the app could not be loaded",
  "app.part_missing_text": "Nothing is lost. Check your connection and try again.",
  "app.not_found": "There is nothing here",
  "app.not_found_text": "The address may be mistyped, or the page has moved.",
  "app.to_start": "Go to the start page",

  "do.back": "Back",
  "do.cancel": "Cancel",
  "do.close": "Close",
  "do.copy": "Copy link",
  "do.copied": "Copied",
  "do.keep": "Keep",
  "do.discard": "Discard",
  "do.try_again": "Try again",
  "do.try_now": "Try now",

  "landing.line": "A private messenger, run by people you know.",
  "landing.sign_in": "Sign in",
  "landing.create": "Create account",
  "landing.how": "How it works",
  "landing.open": "Open your conversations",
  "landing.needs_setup": "This server is new. Open the set‑up link it printed when it started.",
  "how.read_title": "Only the people in a conversation read it",
  "how.read_text":
    "Messages are encrypted on your device before they leave it. The server passes them on, and cannot open them.",
  "how.server_title": "Your server, not a company’s",
  "how.server_text":
    "Whoever runs {server} can see who has an account and who writes to whom, and when. Never what.",
  "how.honest_title": "Honest about its age",
  "how.honest_text":
    "The encryption follows an open standard, MLS. No independent auditor has examined this app yet.",

  "field.username": "Username",
  "field.password": "Password",
  "field.invite": "Invite link or code",
  "field.password_show": "Show password",
  "field.password_hide": "Hide password",
  "field.username_hint":
    "3 to 32 Latin letters (a–z), digits, dots, hyphens or underscores. People find you by this exact name.",
  "field.password_hint": "At least 10 characters. A few unrelated words are easy to remember.",
  "field.username_missing": "Enter a username.",
  "field.password_missing": "Enter a password.",
  "field.invite_missing": "Paste the invite you were given.",

  "sign_in.title": "Sign in",
  "sign_in.checking": "Checking whether you are signed in…",
  "sign_in.submit": "Sign in",
  "sign_in.working": "Signing in…",
  "sign_in.new_here": "New here?",
  "sign_in.create": "Create account",

  "register.title": "Create your account",
  "register.submit": "Create account",
  "register.working": "Creating your account…",
  "register.have_account": "Already have an account?",
  "register.sign_in": "Sign in",
  "register.checking": "Checking your invite…",
  "register.invited": "You have been invited to {server}.",
  "register.invite_spent": "This invite can’t be used any more",
  "register.invite_spent_text":
    "It has expired, was used up or was taken back. Ask the person who sent it for a new one.",
  "register.closed": "{server} takes no new accounts",
  "register.closed_text": "Ask whoever runs this server for an account.",

  "setup.title": "Set up {server}",
  "setup.text": "Create the first account. It will run this server and invite everyone else.",
  "setup.submit": "Create and open",
  "setup.working": "Setting up…",
  "setup.done": "This server is already set up",
  "setup.done_text": "Sign in with the account that was created then.",

  "settings.theme": "Theme",
  "settings.theme_system": "System",
  "settings.theme_light": "Light",
  "settings.theme_dark": "Dark",
  "settings.language": "Language",
  "settings.language_system": "System language",

  "failure.unreachable": "The server could not be reached. Check your connection and try again.",
  "failure.storage": "This device’s storage did not answer. Free some space and try again.",
  "failure.crypto": "It could not be encrypted, so it was not sent.",
  "failure.elsewhere": "This account’s encryption lives on another device.",
  "failure.identity_changed":
    "The server now says that this is somebody else than when you first wrote. Nothing was sent, and nothing more will be from here. This version cannot check who it is; ask them another way what has happened.",
  "failure.link_differs":
    "The server names somebody else here than the link does. Either the link is old, or somebody stands in between. Nothing was sent. Ask for a new link, by another way.",
  "failure.server_wrong":
    "The server’s answers contradict each other, so nothing was taken from them. Nothing is lost. Tell whoever runs the server.",
  "failure.too_long": "The message is too long. Send it in parts.",
  "failure.too_old":
    "It was written long ago and may have been sent already. Try again if it should still go out; whoever has it is not shown it twice.",
  "failure.other": "That did not work. Try again; if it stays, tell whoever runs the server: {code}.",
  "failure.misunderstood":
    "The app and the server do not understand each other. Reload the page; if it stays, tell whoever runs the server: {code}.",
  "failure.profile.outdated": "Your profile was changed elsewhere. Look at it and try again.",
  "failure.change_waits":
    "The server could not be reached. The change is kept and made as soon as it can be.",
  "failure.request.too_many": "Too many tries. Wait a moment and try again.",
  "failure.request.too_large": "This is larger than the server takes. Send it in parts.",
  "failure.request.foreign_origin":
    "The server does not know the address this page was opened at. Open the one its administrator gave you.",
  "failure.server.crashed": "The server made a mistake. Nothing was changed. Try again.",
  "failure.server.stopping": "The server is restarting. Try again in a moment.",
  "failure.server.not_ready": "The server is still starting. Try again in a moment.",
  "failure.server.busy": "The server is very busy. Try again in a moment.",
  "failure.server.database_away": "The server can’t reach its database right now. Try again in a moment.",
  "failure.setup.link_invalid":
    "This set-up link is not valid or was used already. Use the one the server printed when it last started.",
  "failure.registration.closed": "This server takes no new accounts. Ask whoever runs it for one.",
  "failure.registration.invite_needed": "An invite is needed here. Ask a member for one.",
  "failure.registration.invite_invalid": "This invite can’t be used any more. Ask for a new one.",
  "failure.username.invalid":
    "Use 3 to 32 Latin letters (a–z), digits, dots, hyphens or underscores, beginning with a letter.",
  "failure.username.reserved": "This username is reserved. Choose another one.",
  "failure.username.taken": "This username, or one that looks like it, is taken. Choose another one.",
  "failure.password.too_short": "The password is too short. Use at least 10 characters.",
  "failure.password.too_long": "The password is too long. Use at most 256 characters.",
  "failure.password.too_common": "Too many people use this password. Choose another one.",
  "failure.password.like_username": "The password is too much like the username. Choose another one.",
  "failure.session.wrong_credentials": "The username or the password is wrong. Check both and sign in again.",
  "failure.session.missing": "You are signed out. Sign in again.",
  "failure.session.not_allowed": "Your account may not do this. Ask an administrator.",
  "failure.account.not_found": "Nobody on this server has that name. Check the spelling.",
  "failure.invite.not_found": "This invite is gone already. Nothing is left to do.",
  "failure.device.missing": "This browser is not attached to your account any more. Reload the page.",
  "failure.device.exists": "This account’s encryption lives on another device. Use that one.",
  "failure.device.too_many": "This account has as many devices as are allowed. Use one of those it has.",
  "failure.device.is_this":
    "A device does not remove itself. Sign out here, or remove it from another device.",
  "failure.device_link.not_found":
    "This code has expired, was used already or belongs to another account. Show a new one on the new device.",
  "failure.device_link.too_many": "Several new devices wait already. Finish or cancel one of them first.",
  "failure.vault.invalid": "The server did not take your recovery key. Nothing was changed. Try again.",
  "failure.store.full":
    "Your devices share as much as they may. What you changed stays on this device; delete drafts or notes to make room.",
  "failure.archive.full":
    "Your archive is full: what comes from now on stays on this device alone. Leave some conversations out of it, or ask the administrator for more room.",
  "failure.device.log_behind": "Your account’s devices have just changed. Try again.",
  "failure.conversation.not_found": "This conversation is not yours any more.",
  "failure.conversation.exists":
    "There is a conversation with this person already, and it has not arrived here yet. Try again in a moment.",
  "failure.group.full": "The group is full: 250 devices have room in it. Remove somebody first.",
  "failure.group.channel_full":
    "The channel is full: 1,000 devices have room in it. Somebody in charge can remove others first.",
  "failure.commit.not_allowed": "You may not change this conversation.",
  "failure.commit.epoch_passed": "The conversation has just changed. Try again.",
  "failure.message.epoch_passed": "The conversation has just changed. Try again.",
  "failure.attachment.not_found": "This file is no longer on the server.",
  "failure.attachment.gone": "This device does not have this file any more.",
  "failure.attachment.failed": "One of the files could not be uploaded. Remove it or try it again.",
  "failure.sync.gone":
    "The server no longer keeps what this device has missed. Reload the page; what you have read is still here.",
  "failure.sync.other_incarnation":
    "The server was restored from a backup. Reload the page; what you have read is still here.",
  "failure.message.not_allowed": "You may not write here.",
  "failure.message.too_soon": "It isn’t your turn yet.",
  "failure.message.too_much_waiting":
    "Too much of what you sent still waits for people who have not been online. Try again when they have.",
  "failure.key_package.none": "This person can’t be reached yet. Try again when they have been online.",
} as const;
