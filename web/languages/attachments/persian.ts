import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "attachment.beside": "فایل‌های آمادهٔ فرستادن",
  "attachment.sealing": "در حال آماده شدن",
  "attachment.paused": "نگه داشته شده",
  "attachment.ready": "آماده",
  "attachment.uploaded": "{count}٪ بارگذاری شده",
  "attachment.pause": "نگه داشتن {name}",
  "attachment.resume": "ادامهٔ {name}",
  "attachment.try_again": "تلاش دوباره برای {name}",
  "attachment.as_it_is": "همان‌طور که هست بفرست",
  "attachment.cancel": "پس گرفتن {name}",
  "attachment.stop_fetch": "توقف دریافت {name}",
  "attachment.remove": "برداشتن {name}",
  "attachment.progress": "پیشرفت {name}",
  "attachment.open_picture": "باز کردن {name}",
  "attachment.play": "پخش {name}",
  "attachment.download": "دریافت {name}",
  "attachment.fetching": "در حال دریافت…",
  "attachment.gallery": "عکس {count} از {all}",
  "attachment.gallery_film": "ویدیوی {count} از {all}",
  "attachment.before": "قبلی",
  "attachment.after": "بعدی",
  "attachment.closer": "بزرگ‌نمایی",
  "attachment.farther": "کوچک‌نمایی",
  "attachment.recording": "در حال ضبط",
  "attachment.voice_discard": "دور انداختن",
  "attachment.voice_done": "تمام",
  "attachment.no_microphone": "میکروفون در دسترس نیست. در تنظیمات مرورگر اجازه بدهید و دوباره تلاش کنید.",
  "attachment.voice_play": "پخش پیام صوتی، {length}",
  "attachment.voice_pause": "مکث پیام صوتی، {length}",
  "attachment.voice_place": "جای پخش در پیام صوتی",
  "failure.attachment.too_large": "این فایل بزرگ‌تر از آن است که این کارساز می‌پذیرد. چیزی فرستاده نشد.",
  "failure.attachment.quota_full":
    "جای شما برای فایل‌ها روی این کارساز پر شده است. چیزی فرستاده نشد. از گردانندهٔ کارساز جای بیشتری بخواهید.",
  "failure.attachment.not_allowed": "این کارساز چنین فایل‌هایی را نمی‌پذیرد. چیزی فرستاده نشد.",
  "failure.attachment.disagrees":
    "نام، نوع و محتوای این فایل با هم نمی‌خوانند. این کارساز چنین فایل‌هایی را نمی‌پذیرد. چیزی فرستاده نشد.",
  "failure.attachment.damaged":
    "این فایل آن نیست که فرستاده شده بود: در راه آسیب دیده یا تغییر کرده است. برای همین نشان داده نمی‌شود.",
  "failure.attachment.ticket_invalid": "فایل گرفته نشد. دوباره تلاش کنید.",
  "failure.attachment.stopped": "شما این دریافت را متوقف کردید.",
  "failure.attachment.unreadable": "این فایل خوانده نشد. شاید جابه‌جا یا عوض شده باشد. دوباره انتخابش کنید.",
  "failure.attachment.not_a_picture":
    "جای گرفته‌شدن این عکس را نمی‌شود اینجا پاک کرد. اگر همان‌طور که هست فرستاده شود، شاید آن جا را نشان بدهد.",
};
