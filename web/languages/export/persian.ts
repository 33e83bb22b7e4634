import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "export.text":
    "یک پروندهٔ ZIP با صفحه‌هایی که در هر مرورگری خوانده می‌شود، همان‌ها به شکل JSON، و پرونده‌ها. رمزشده نیست: هر که آن را داشته باشد می‌تواند بخواند.",
  "export.with_files": "همراه عکس‌ها و پرونده‌ها",
  "export.with_files_text": "از کارساز آورده می‌شوند، تا جایی که هنوز آنها را داشته باشد.",
  "export.start": "ساختن پرونده",
  "export.making": "در حال ساختن:",
  "export.made": "ساخته شد:",
  "export.messages": { one: "{count} پیام،", other: "{count} پیام،" },
  "export.files": { one: "{count} پرونده.", other: "{count} پرونده." },
  "export.missing": {
    one: "{count} پرونده آورده نشد و کم است.",
    other: "{count} پرونده آورده نشد و کم است.",
  },
  "export.save": "ذخیرهٔ پرونده",
  "export.page_made": "برون‌بری در {time}",
  "export.file_missing": "{name} (در این برون‌بری نیست)",
  "export.poll_closed": "نظرسنجی بسته شده است.",
  "export.began": "گفت‌وگو آغاز شد.",
};
