import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "deed.react": "واکنش",
  "deed.react_with": "واکنش با {emoji}",
  "deed.reply": "پاسخ",
  "deed.report": "گزارش",
  "deed.copy": "رونوشت متن",
  "deed.edit": "ویرایش",
  "deed.forward": "بازفرستادن",
  "deed.forward_to": "بازفرستادن به",
  "deed.delete_here": "حذف از این دستگاه",
  "deed.delete_here_title": "اینجا حذف شود؟",
  "deed.delete_here_text": "از این دستگاه می‌رود. نزد دیگران می‌ماند.",
  "deed.delete_all": "حذف برای همه",
  "deed.delete_all_title": "برای همه حذف شود؟",
  "deed.delete_all_text":
    "از هر دستگاهی همین‌که در دسترس باشد می‌رود. هر که خوانده یا رونوشت کرده است آن را می‌داند.",
  "deed.hasty": "زودتر از آنچه درنگ این گروه اجازه می‌دهد رسیده است.",
  "deed.earlier": "پیش‌تر چنین بود",
  "deed.until": "تا {moment}",
  "emoji.more": "شکلک‌های دیگر",
  "deed.pin": "سنجاق برای همه",
  "deed.unpin": "برداشتن سنجاق",
  "deed.pinned": "سنجاق‌شده",
  "deed.pinned_of": "سنجاق‌شده، {at} از {all}",
  "deed.close_poll": "بستن نظرسنجی",
  "deed.close_poll_title": "نظرسنجی بسته شود؟",
  "deed.close_poll_text": "دیگر کسی نمی‌تواند رأی بدهد یا رأیش را عوض کند. بسته می‌ماند.",
  "deed.read_by": "خوانده‌شده: {names}",
};
