import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "writing.people": "کسانی که می‌توان از آن‌ها نام برد",
  "writing.all": "همهٔ گروه",
  "writing.marks": "ظاهر واژه‌های انتخاب‌شده",
  "writing.bold": "پررنگ",
  "writing.italic": "کج",
  "writing.strike": "خط‌خورده",
  "writing.code": "کد",
  "writing.spoiler": "پنهان تا وقتی که بزنند",
  "formatting.code": "کد",
  "formatting.copy_code": "رونوشت کد",
  "formatting.copied": "رونوشت شد",
  "formatting.hidden": "متن پنهان؛ برای دیدن بزنید",
  "writing.later_title": "فرستادن در وقت دیگر",
  "writing.later_at": "وقتی دیگر",
  "writing.later_passed": "وقتی را برگزینید که هنوز نیامده.",
  "writing.later_text":
    "همین دستگاه آن را می‌فرستد، وقتی الهه روی آن باز باشد. اگر آن وقت بسته باشد، همین که بازش کنید فرستاده می‌شود.",
  "writing.later_do": "آن وقت بفرست",
  "message.scheduled": "{when} فرستاده می‌شود، اگر الهه روی این دستگاه باز باشد",
  "message.send_now": "همین حالا بفرست",
};
