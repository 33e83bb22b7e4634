/** Said where conversations are exported. */
export const english = {
  "export.text":
    "You get a ZIP file with pages to read in any browser, the same as JSON, and the files. It is not encrypted: whoever has it can read it.",
  "export.with_files": "With photos and files",
  "export.with_files_text": "They are fetched from the server, as far as it still has them.",
  "export.start": "Make the file",
  "export.making": "Being made:",
  "export.made": "Made:",
  "export.messages": { one: "{count} message,", other: "{count} messages," },
  "export.files": { one: "{count} file.", other: "{count} files." },
  "export.missing": {
    one: "{count} file could not be fetched and is missing.",
    other: "{count} files could not be fetched and are missing.",
  },
  "export.save": "Save the file",
  "export.page_made": "Exported {time}",
  "export.file_missing": "{name} (not in this export)",
  "export.poll_closed": "The poll is closed.",
  "export.began": "The conversation began.",
} as const;
