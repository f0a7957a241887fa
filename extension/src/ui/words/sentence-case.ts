import { i18n } from '#i18n'

/** What was asked, quoted after a refusal: the sentence goes on, so it begins small. */
export const sentenceCase = (text: string): string =>
  i18n.t('refuse.asked', [text.charAt(0).toLowerCase() + text.slice(1)])
