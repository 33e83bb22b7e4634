/** Said where something else stands in place of what one came for. */
export const english = {
  "request.title": "{name} wants to write to you",
  "request.text":
    "They don’t learn whether you have read this until you accept. If you decline, they aren’t told.",
  "request.accept": "Accept",
  "request.decline": "Decline",
  "request.blocked": "You blocked {name}",
  "request.blocked_text": "Nothing they write is kept on this device, and they aren’t told.",
  "chat.expelled": "The server removed you from this conversation",
  "chat.expelled_text": "You keep what you have read here.",
  "chat.alone": "{name} is no longer in this conversation",
  "chat.alone_text": "The server removed them. Nobody would get what you write here.",
  "chat.frozen": "Sending is stopped here",
  "chat.frozen_text":
    "The server sent a change to this conversation that this device could not accept. Nothing you have read is lost. Tell whoever runs the server.",
  "chat.unrepaired_text":
    "This device lost its keys to this conversation, and the server let it find no way back. Nothing you have read is lost. The app tries again tomorrow. Tell whoever runs the server.",
  "broken.row": "This conversation cannot be shown here",
  "broken.title": "This could not be shown",
  "broken.text":
    "Something in it could not be drawn. Nothing is lost, and everything else goes on as before.",
  "chat.unvouched_text":
    "The server shows this group changed, and nobody who may change it has signed that. This device does not go back into it. Nothing you have read is lost. The app tries again tomorrow. Ask somebody in charge of the group.",
  "chat.identity_changed": "{name} has another identity than before",
  "chat.identity_changed_text":
    "Somebody may be pretending to be {name}. Nothing can be sent here, and what came since is marked. Ask {name} in person, not here.",
  "failure.identity_changed_again":
    "It has changed once more since you looked, so nothing was accepted. Look again.",
  "identity.look": "What this can mean",
  "identity.title": "Accept another identity?",
  "identity.looking": "Looking who it is…",
  "identity.nobody": "This device can’t tell who has another identity here, so nothing can be accepted.",
  "identity.text":
    "Either {people} began anew on a new device, or somebody stands between you and would read what you write. The app can’t tell which.",
  "identity.compare":
    "Ask another way first, in person or by phone. Once you accept, what you write can be read by whoever this is.",
  "identity.accept": "Accept the new identity",
  "devices.differs":
    "The server shows different people different lists of {name}’s devices. It may hide one, or show one that isn’t theirs. Ask {name} another way which devices they use.",
  "devices.differs_own":
    "The server shows different people different lists of your devices. It may show one that isn’t yours. Tell whoever runs the server.",
  "devices.unlisted":
    "{name} is here with a device that isn’t in the list of their devices. Somebody else may be reading along. Ask {name} another way which devices they use.",
  "devices.unlisted_own":
    "A device that isn’t in the list of your devices is here in your name. Somebody else may be reading along. Tell whoever runs the server.",
  "group.pause": "This group is slow. You can write again in {time}.",
  "group.silent_moderators": "Only moderators and admins write in this group.",
  "group.silent_channel": "Only its owner and admins write in this channel.",
  "community.silent": "Announcements: only those in charge write here.",
  "group.silent_admins": "Only admins write in this group.",
  "group.out_text": "You keep what you have read here. Somebody in it can add you again.",
  "group.is_ended": "This group is no more",
  "chat.evidence_save": "Save the evidence",
  "chat.evidence_text":
    "What was refused, to show to whoever can look into it. Nothing you or others wrote is in it.",
  "unsent.title": "You were writing this",
  "unsent.copy": "Copy the words",
  "unsent.copied": "Copied",
  "unsent.save": "Save {name}",
  "unusable.insecure": "This address is not secure enough",
  "unusable.insecure_text":
    "Browsers allow encryption only on https:// addresses and on localhost. Ask whoever runs this server for its https:// address.",
  "unusable.no_storage": "This browser window keeps nothing",
  "unusable.no_storage_text":
    "Your messages need a place on this device. Private windows and some settings forbid it. Open a normal window and allow this site to store data.",
  "unusable.storage_failed": "This device’s storage did not answer",
  "unusable.storage_failed_text":
    "Messages could not be read from or written to this device. The app has stopped so that nothing is lost. Close other windows of it and try again.",
  "unusable.storage_full": "This device is full",
  "unusable.storage_full_text":
    "New messages could not be kept, so the app has stopped taking them. They wait on the server. Free some space and try again.",
} as const;
