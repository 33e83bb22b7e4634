/** Said by what helps with writing. */
export const english = {
  "writing.people": "People to mention",
  "writing.all": "Everybody in the group",
  "writing.marks": "How the chosen words look",
  "writing.bold": "Bold",
  "writing.italic": "Italic",
  "writing.strike": "Struck through",
  "writing.code": "Code",
  "writing.spoiler": "Hidden until pressed",
  "formatting.code": "Code",
  "formatting.copy_code": "Copy code",
  "formatting.copied": "Copied",
  "formatting.hidden": "Hidden text. Press to show it.",
  "writing.later_title": "Send later",
  "writing.later_at": "Another time",
  "writing.later_passed": "Choose a time that is still to come.",
  "writing.later_text":
    "This device sends it, while Elahe is open on it. If it is closed at that time, it goes out as soon as you open it.",
  "writing.later_do": "Send then",
  "message.scheduled": "Goes out {when}, while Elahe is open on this device",
  "message.send_now": "Send now",
} as const;
