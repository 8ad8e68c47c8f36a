/** Whether a key goes to something that takes text, such as a field or a terminal, so that it is no key of the page. */
export function isTyping(event: KeyboardEvent): boolean {
  const { target } = event
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  )
}

/** Whether the space bar presses or opens what has the focus, so that it is no key of the page. */
export function isPressing({ target }: KeyboardEvent): boolean {
  return (
    target instanceof Element &&
    target.closest('button, a, summary, dialog, [role=dialog], [role=menu]') !== null
  )
}
