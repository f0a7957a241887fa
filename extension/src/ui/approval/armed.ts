/** The rules of the button that approves, apart from what draws it. */

/** When the button was made usable, and for what. */
export type Armed = { readonly key: string } | undefined

/** Whether it is usable for what is shown now. */
export function isArmedFor(armed: Armed, key: string, arm: boolean): boolean {
  // SECURITY: what was armed for another request is not armed for this one. Test: src/ui/approval/armed.test.ts "a change that counts disarms the button"
  if (armed?.key !== key) return false
  return arm
}

/** What is known of an event of a hand. */
type Touch = { readonly isTrusted: boolean }

/** What a pointer or key that goes down on the button begins: nothing, unless it was armed before. */
export function pressBegins(touch: Touch, isArmed: boolean, key: string): string | undefined {
  // SECURITY: a page that overlays us, or a script, makes presses that no hand made. Test: src/ui/approval/armed.test.ts "a press that no hand made approves nothing"
  if (!touch.isTrusted) return undefined
  return isArmed ? key : undefined
}

/** Whether a press that ends here, and began with `begun`, approves. */
export function pressApproves(
  touch: Touch & { readonly detail?: number },
  begun: string | undefined,
  isArmed: boolean,
  key: string,
): boolean {
  // SECURITY: the second half of a double click was meant for what was there before. Test: src/ui/approval/armed.test.ts "a double click approves nothing with its second half"
  if (touch.detail !== undefined && touch.detail !== 1) return false
  return touch.isTrusted && isArmed && begun === key
}
