/** Said where somebody is reported, and where moderators read that. */
export const english = {
  "report.title": "Report {name}",
  "report.why": "Why",
  "report.spam": "Spam",
  "report.threats": "Threats",
  "report.illegal": "Illegal",
  "report.other": "Other",
  "report.messages": "Which messages they see",
  "report.no_messages": "No message of {name} is here. Only your words go to the moderators.",
  "report.unprovable": "Came too long ago: the server could not check it",
  "report.files": { one: "{count} file", other: "{count} files" },
  "report.public":
    "What stands in a public channel goes to the moderators without proof: they get this quotation, and look it up in the channel, as long as it stands there.",
  "report.public_none":
    "What stands in a public channel goes to the moderators without proof. Say where it is: they look it up in the channel.",
  "report.in_post": "Post in {channel}, {when}:",
  "report.in_comment": "Comment in {channel}, {when}:",
  "report.comment": "What they should know",
  "report.discloses":
    "The messages you choose, unencrypted, and what opens the files in them, go to this server’s moderators. Your name goes with them. {name} is not told.",
  "report.discloses_words":
    "What you write goes to this server’s moderators, with your name. {name} is not told.",
  "report.block": "Also block {name}",
  "report.send": "Send the report",
  "report.sent": "The moderators have your report.",
  "report.empty": "Choose a message, or write what happened.",
  "reports.open": "Open",
  "reports.dismissed": "Dismissed",
  "reports.acted": "Acted on",
  "reports.empty": "Nothing here.",
  "reports.more": "Older ones",
  "reports.about": "{reporter} about {reported}",
  "reports.gone": "a deleted account",
  "reports.evidence": "Messages from {name}",
  "reports.evidence_text":
    "The server has checked that {name} sent each of these, word for word, at the time beside it.",
  "reports.evidence_none": "No message is attached: nothing here is proven.",
  "reports.changed_to": "Changed an earlier message to:",
  "reports.comment": "What {name} wrote",
  "reports.note": "Note for moderators",
  "reports.state": "State",
  "reports.keep": "Keep",
  "reports.kept": "Kept.",
  "reports.decided": "Last changed by {name}",
  "reports.kept_for": "A decided report is erased after half a year.",
  "failure.report.not_proven":
    "The server cannot confirm that these messages were sent like this. Nothing was reported. Leave out the older ones and try again.",
  "failure.report.too_many":
    "Many of your reports wait for a moderator already. Nothing was reported. Try again when some were read.",
  "failure.report.not_found": "This report is there no more.",
} as const;
